const to24 = (text) => {
  const [, h, m = "00", half] = /^(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\.?$/i.exec(text) || [];
  if (!h) return `no time: ${text}`;
  return `${String((h % 12) + (/p/i.test(half) ? 12 : 0)).padStart(2, "0")}:${m}`;
};
console.log(["12:30 am", "1pm", "11:59 P.M.", "0:00", "12 p.m."].map(to24));
