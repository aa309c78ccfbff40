// What stands in for a picture that is not there: the kind of thing, drawn in a few strokes on a calm ground.
import { element, svg } from "/page/elements.js";

const KINDS = [
  [/bag|backpack|背包|电脑包|手袋|书包/, "M14 20h20l2 20H12zM18 20v-4a6 6 0 0 1 12 0v4M17 29h14"],
  [/phone case|手机壳/, "M17 8h14a3 3 0 0 1 3 3v26a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3zM18 12h6v8h-6z"],
  [/headphone|earphone|headset|earbud|耳机/, "M11 30v-5a13 13 0 0 1 26 0v5M11 28h4v10h-2a2 2 0 0 1-2-2zM37 28h-4v10h2a2 2 0 0 0 2-2z"],
  [/speaker|音箱|音响/, "M15 8h18v32H15zM24 31a5 5 0 1 0 0-.1M24 16a2.5 2.5 0 1 0 0-.1"],
  [/monitor|television|display|tv|显示器|电视/, "M8 11h32v21H8zM24 32v6M17 38h14"],
  [/tablet|e-reader|平板/, "M13 7h22a2 2 0 0 1 2 2v30a2 2 0 0 1-2 2H13a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zM22 37h4"],
  [/phone|手机/, "M17 7h14a3 3 0 0 1 3 3v28a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3zM22 37h4"],
  [/laptop|notebook|computer|笔记本|电脑/, "M12 12h24v18H12zM7 35h34l-3-5H10z"],
  [/mouse|鼠标/, "M24 9a9 9 0 0 1 9 9v12a9 9 0 0 1-18 0V18a9 9 0 0 1 9-9zM24 15v6"],
  [/keyboard|键盘/, "M7 16h34v17H7zM12 21h1M18 21h1M24 21h1M30 21h1M36 21h1M12 25h1M36 25h1M16 29h16"],
  [/printer|toner|ink|cartridge|打印机|墨盒|硒鼓/, "M15 18V9h18v9M10 18h28v14H10zM15 27h18v12H15zM33 22h1"],
  [/camera|相机/, "M8 16h7l3-4h12l3 4h7v21H8zM24 32a6 6 0 1 0 0-.1"],
  [/cable|adapter|charger|线|充电/, "M15 8v8M21 8v8M12 16h12v5a6 6 0 0 1-12 0zM18 27v5a7 7 0 0 0 14 0V18a4 4 0 0 1 8 0"],
  [/coffee machine|espresso|咖啡机/, "M12 9h24v8H12zM12 17v22h24M18 17v4h9v-4M17 27h12v6a3 3 0 0 1-3 3h-6a3 3 0 0 1-3-3z"],
  [/coffee|bean|咖啡/, "M14 18h18v11a8 8 0 0 1-8 8h-2a8 8 0 0 1-8-8zM32 21h3a4 4 0 0 1 0 8h-3M19 13c0-2 2-2 2-4M26 13c0-2 2-2 2-4"],
  [/tea|mug|cup|茶|杯/, "M11 20h22v8a9 9 0 0 1-9 9h-4a9 9 0 0 1-9-9zM33 22h3a4 4 0 0 1 0 8h-4M9 40h28M22 15c-2-2 2-3 0-6"],
  [/chocolate|snack|cookie|food|gift|巧克力|零食|食品|礼/, "M11 19h26v20H11zM9 14h30v5H9zM24 14v25M24 14c-3-6-9-6-8-2 .5 2 5 2 8 2zM24 14c3-6 9-6 8-2-.5 2-5 2-8 2z"],
  [/vacuum|吸尘器/, "M30 8l-9 22M17 30h11l3 9H13zM30 8h5M18 35h9"],
  [/purifier|fan|heater|净化|风扇/, "M15 8h18v32H15zM20 14h8M20 18h8M24 33a4 4 0 1 0 0-.1"],
  [/rice cooker|kettle|cooker|pan|pot|锅|壶/, "M11 20h26v13a5 5 0 0 1-5 5H16a5 5 0 0 1-5-5zM13 20a11 8 0 0 1 22 0M24 12V9M8 25h3M37 25h3"],
  [/shoe|sneaker|boot|sandal|鞋|靴/, "M8 33v-9l7 2 5-6 6 7 11 3a4 4 0 0 1 3 4v2H8zM8 37h32M21 25l3-2"],
  [/jacket|coat|sweater|hoodie|外套|夹克|毛衣/, "M18 9l6 4 6-4 8 6-2 9-3-1v17H15V23l-3 1-2-9zM24 13v27"],
  [/shirt|top|blouse|tee|衬衫|上衣|恤/, "M18 10a6 6 0 0 0 12 0l9 6-3 8-4-2v17H16V22l-4 2-3-8z"],
  [/dress|skirt|裙/, "M19 8v6l-3 6 4 3-7 17h22l-7-17 4-3-3-6V8M19 14a6 4 0 0 0 10 0M20 23h8"],
  [/trouser|pants|jeans|shorts|裤/, "M16 8h16l3 32h-8l-3-22-3 22h-8zM16 13h16"],
  [/cream|lotion|serum|mask|霜|乳|精华|面膜|水乳/, "M13 21h22v14a4 4 0 0 1-4 4H17a4 4 0 0 1-4-4zM15 13h18v8H15zM19 29h10"],
  [/lipstick|make-?up|mascara|口红|唇/, "M18 24h12v16H18zM20 24v-5h8v5M20 19v-7l8-4v11"],
  [/perfume|shampoo|soap|香水|洗/, "M16 19h16v21H16zM21 19v-5h6v5M20 10h8v4h-8zM20 27h8"],
  [/suitcase|luggage|行李箱|旅行箱/, "M13 16h22v22H13zM19 16V8h10v8M19 21v12M24 21v12M29 21v12M17 38v3M31 38v3"],
  [/tent|帐篷/, "M24 10L7 38h34zM24 20l-7 18M24 20l7 18"],
  [/sleeping bag|blanket|pillow|睡袋|被|枕/, "M15 8h18a4 4 0 0 1 4 4l-4 26a3 3 0 0 1-3 3H18a3 3 0 0 1-3-3L11 12a4 4 0 0 1 4-4zM18 15h12M24 15v20"],
  [/bottle|flask|水壶|水瓶/, "M20 8h8v5l3 5v20a3 3 0 0 1-3 3h-8a3 3 0 0 1-3-3V18l3-5zM17 25h14"],
  [/chair|sofa|stool|椅|沙发/, "M16 8h16v15H16zM13 23h22v5H13zM24 28v7M15 40l9-5 9 5"],
  [/lamp|light|bulb|灯/, "M13 40h14M20 40V25l10-11M27 9l9 9-4 4-9-9z"],
  [/table|desk|shelf|桌|柜|架/, "M7 16h34v4H7zM11 20v20M37 20v20M24 20v8h13"],
  [/game|toy|puzzle|玩具|桌游|积木/, "M12 12h24v24H12zM19 19h.1M29 19h.1M24 24h.1M19 29h.1M29 29h.1"],
  [/dog|cat|pet|狗|猫|宠物/, "M24 25c5 0 9 5 9 9s-4 5-9 4c-5 1-9 0-9-4s4-9 9-9zM14 24h.1M19 16h.1M29 16h.1M34 24h.1"],
  [/watch|clock|手表|钟/, "M24 33a9 9 0 1 0 0-.1M19 16l1-8h8l1 8M19 32l1 8h8l1-8M24 20v5l3 2"],
  [/book|notebook paper|paper|书|纸|本/, "M12 10h11a3 3 0 0 1 3 3v26a3 3 0 0 0-3-3H12zM36 10h-7a3 3 0 0 0-3 3M26 39a3 3 0 0 1 3-3h7V10"],
];
const PARCEL = "M24 8l15 8v17l-15 8-15-8V16zM9 16l15 8 15-8M24 24v17M16.500 12l15 8";

export function picture(card, origins) {
  const drawn = drawing(card);
  if (!allowed(card.image_link, origins)) return drawn;
  const image = new Image();
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = "";
  image.addEventListener("error", () => image.replaceWith(drawn));
  image.src = card.image_link;
  return image;
}

// A picture from a stranger's site would tell it who is shopping; the shop names whose pictures may be loaded.
function allowed(link, origins) {
  if (!link) return false;
  if (!URL.canParse(link, location.href)) return false;
  const origin = new URL(link, location.href).origin;
  return origin === location.origin || origins.includes(origin);
}

export function drawing(card) {
  const kind = `${card.product_type} ${card.type_label}`.trim().toLowerCase() || card.title.toLowerCase();
  const path = KINDS.find(([words]) => words.test(kind))?.[1] ?? PARCEL;
  const ground = hash(card.product_type || card.brand || "") % 6;
  const turn = hash(card.product_id ?? kind) % 4;
  const strokes = svg("svg", { viewBox: "4 4 40 40", "aria-hidden": "true" }, svg("path", { d: path }));
  return element("div", { class: `drawing ground-${ground} turn-${turn}` }, strokes);
}

function hash(text) {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum;
}
