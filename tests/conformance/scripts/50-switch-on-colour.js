for (const colour of ["red", "Blue", "none"]) {
  switch (colour.toLowerCase()) {
    case "red": console.log(0xff0000.toString(16)); break;
    case "blue": console.log((255).toString(16).padStart(6, "0"));
    default: console.log("fell through", colour);
  }
}
