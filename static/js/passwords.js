// Lets people see what they type into the fields for passwords of a form; without a script they stay hidden.
for (const form of document.querySelectorAll("form[data-passwords]")) {
  const fields = form.querySelectorAll('input[type="password"]');
  const label = document.createElement("label");
  const box = document.createElement("input");
  label.className = "form-check mb-3";
  box.className = "form-check-input";
  box.type = "checkbox";
  const words = document.createElement("span");
  words.className = "form-check-label";
  words.textContent = form.dataset.passwords;
  label.append(box, words);
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
  form.querySelector('button[type="submit"]').before(label);
}
