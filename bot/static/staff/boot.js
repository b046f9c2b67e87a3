// What the server handed to the page: who is signed in, the language, the labels, the page's own data.
const boot = JSON.parse(document.getElementById("boot").textContent);

export const { locale, who, data } = boot;
export const labels = boot.labels;

/** True when the signed-in person's role allows it. The server decides all the same. */
export const may = (permission) => who.may.includes(permission);
