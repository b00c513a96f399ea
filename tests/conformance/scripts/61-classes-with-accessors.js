class Temperature {
  constructor(c) { this.celsius = c; }
  get fahrenheit() { return this.celsius * 1.8 + 32; }
  set fahrenheit(f) { this.celsius = (f - 32) / 1.8; }
  static from(text) { return new this(parseFloat(text)); }
  [Symbol.toPrimitive](hint) { return hint === "string" ? `${this.celsius}°C` : this.celsius; }
}
class Room extends Temperature { toJSON() { return { room: super.fahrenheit.toFixed(1) }; } }
const room = Room.from("21.5 C"); room.fahrenheit = 70;
console.log(`${room}`, room + 1, JSON.stringify(room), room, room instanceof Temperature, Room.name, Object.getOwnPropertyNames(Room.prototype));
