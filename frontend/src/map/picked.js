// What the books say of a spot: the server writes it, in the reader's language.
export async function askAbout(point, day, config, into) {
  const address = new URL(config.at, location.href);
  address.searchParams.set("as-of", day);
  address.searchParams.set("lon", point.lng.toFixed(6));
  address.searchParams.set("lat", point.lat.toFixed(6));
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return void (into.textContent = config.words.failed_at);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  into.replaceChildren(...page.body.childNodes);
}
