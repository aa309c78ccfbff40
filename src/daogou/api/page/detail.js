// Everything that the row says about one product, in a dialog.
import { byId, element } from "/page/elements.js";
import { picture } from "/page/pictures.js";
import { showBeside } from "/page/rails.js";
import { price, spoken, word } from "/page/words.js";

export async function openDetail(productId, shop, { open, rail }) {
  const response = await fetch(`/v1/products/${encodeURIComponent(productId)}?locale=${spoken()}`);
  if (!response.ok) return;
  const product = await response.json();
  const dialog = byId("detail");
  const beside = element("div", { class: "beside-rails" });
  dialog.replaceChildren(...content(product, shop), beside);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTo({ top: 0 });
  await showBeside(beside, productId, shop, open);
  if (rail) beside.querySelector(`[data-scene="${rail}"]`)?.scrollIntoView({ block: "nearest" });
}

function content(product, shop) {
  const text = product.translations[spoken()] ?? product;
  const card = { ...product, product_id: product.id, type_label: product.product_type };
  const close = element("button", { type: "button", class: "quiet round close", "aria-label": word("close"), onclick: () => byId("detail").close() }, "✕");
  return [
    close,
    element("div", { class: "picture" }, picture(card, shop.image_origins)),
    element(
      "div",
      { class: "facts" },
      element("p", { class: "kind" }, [product.brand, ...product.category].filter(Boolean).join(" · ")),
      element("h2", { id: "detail-title" }, text.title),
      element("p", { class: "price" }, element("strong", {}, price(product.price)), product.price_before ? element("s", {}, price(product.price_before)) : null),
      product.availability ? element("p", { class: "stock", "data-state": product.availability }, word(product.availability)) : null,
      text.description || product.description ? element("p", { class: "description" }, text.description || product.description) : null,
      element("dl", { class: "sheet" }, ...product.attributes.map(line)),
      link(product),
    ),
  ];
}

function line(attribute) {
  const value = typeof attribute.value === "boolean" ? (attribute.value ? "✓" : "–") : `${attribute.value} ${attribute.unit ?? ""}`.trim();
  return element("div", {}, element("dt", {}, attribute.label), element("dd", {}, value));
}

function link(product) {
  if (!product.link.startsWith("http")) return null;
  return element("a", { class: "solid", href: product.link, target: "_blank", rel: "noopener noreferrer" }, word("open"));
}
