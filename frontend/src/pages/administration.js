// The link to join can be copied by one touch; without this it is selected and copied by hand.
const button = document.querySelector("[data-copy]");
const field = document.querySelector("[data-copied]");
field?.addEventListener("focus", () => field.select());
if (button && field) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = button.dataset.said;
  });
}
