// Says in words that a passkey was cancelled or missing; allauth's script would only write it in the console.

const trouble = document.getElementById("passkey-trouble");

document.addEventListener("allauth.error", (event) => {
  if (!trouble) return;
  event.preventDefault();
  trouble.hidden = false;
});
document.addEventListener("click", (event) => {
  if (trouble && event.target.closest("button")) trouble.hidden = true;
});
