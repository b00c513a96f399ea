for (const text of ["42", " 42 ", "4,200", "4.2e3", "0x1f", "", "abc", "1_000", "１２", "-0", "Infinity", "12px"]) {
  console.log(JSON.stringify(text), Number(text), parseInt(text, 10), parseFloat(text), isNaN(text), +text === +text);
}
