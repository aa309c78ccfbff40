// The page's own words. What the shop says comes from the server in the shopper's language.
const WORDS = {
  en: {
    skip: "Skip to the message box",
    restart: "New conversation",
    settings: "Settings",
    language: "Language",
    theme: "Light or dark",
    history: "Use my history",
    historyOn: "What you look at here is used to order what you see.",
    historyOff: "Your history is not used, and nothing more is added to it.",
    forYou: "Picked for you",
    similar: "Similar",
    goesWith: "Goes with it",
    offline: "You are offline. What you have seen stays here; messages can be sent once you are back.",
    talk: "Conversation",
    hello: "What are you looking for?",
    promise: "Say it in your own words. You get products that are really here, at the price that is really asked, and the reasons why.",
    message: "Your message",
    placeholder: "A gift, a laptop, something for the trip …",
    placeholderMore: "Add a wish, or ask about a product …",
    send: "Send",
    examples: "Examples",
    kinds: "What the shop sells",
    fine: (products) => `${products} products. Every reason opens the row it was read from.`,
    shelf: "On the shelf",
    understood: "What was understood",
    meant: "Did you mean something else?",
    found: "What you asked for",
    closest: "The closest that there is",
    not_sold: (n) => (n ? "Not sold here; this comes nearest" : "Not sold here"),
    takeOff: (label) => `Take off: ${label}`,
    takenOff: (label) => `Without “${label}”`,
    wish: "A wish: it moves the order",
    nothing: "Nothing on the shelf for that.",
    count: (n) => (n === 1 ? "1 product" : `${n} products`),
    compareTick: (title) => `Compare ${title}`,
    variants: "Also in",
    compareShort: "Compare",
    compare: "Compare these two",
    compareOne: "Tick one more to compare",
    compareSay: (a, b) => `compare ${a} and ${b}`,
    cancel: "Cancel",
    in_stock: "In stock",
    out_of_stock: "Out of stock",
    preorder: "Preorder",
    backorder: "Backorder",
    before: "before",
    evidence: "From the row",
    source: "column",
    asOf: "as of",
    reasons: "Why this one",
    price: "Price",
    from: "from {price}",
    availability: "Availability",
    details: (title) => `Details of ${title}`,
    close: "Close",
    open: "See it at the shop",
    comparison: "Side by side",
    thinking: "Looking through the shelves",
    you: "You said",
    guide: "The guide",
    retry: "Try again",
    failed: "The shop could not be reached.",
    broken: "The answer broke off.",
    startedOver: "Started over.",
    undo: "Undo",
    answered: (text, n) => `${text} ${n ? `${n} products on the shelf.` : ""}`,
    pick: "Answers to choose from",
    considered: "Other answers considered",
    chosen: "chosen",
    veto: (why) => `not said: ${why}`,
    whoSpoke: (wrote, scored) => `Written by ${wrote}, scored by ${scored}`,
    plans: { "": "Left out", plain: "Plain", brief: "In brief", explained: "Explained", question: "Question first", compared: "Side by side", cheapest: "Cheapest first", described: "Described", worded: "Other words", closing: "Going on", written: "The model's words" },
  },
  zh: {
    skip: "跳到输入框",
    restart: "新对话",
    settings: "设置",
    language: "语言",
    theme: "浅色或深色",
    history: "使用我的浏览记录",
    historyOn: "您的浏览会用来调整推荐的先后。",
    historyOff: "不再使用也不再记录您的浏览。",
    forYou: "欢迎回来，为您推荐",
    similar: "相似商品",
    goesWith: "搭配购买",
    offline: "当前离线。已看到的内容会保留，恢复网络后即可继续。",
    talk: "对话",
    hello: "想买点什么？",
    promise: "用您自己的话说就好。推荐的每件商品都真实在售，价格真实，理由有据可查。",
    message: "输入消息",
    placeholder: "送礼、买电脑、出门旅行……",
    placeholderMore: "补充要求，或者询问某件商品……",
    send: "发送",
    examples: "示例",
    kinds: "店内品类",
    fine: (products) => `共 ${products} 件商品。每条理由都能展开查看出处。`,
    shelf: "为您挑选",
    understood: "已理解的需求",
    meant: "是否另有所指？",
    found: "符合您的要求",
    closest: "与您的要求最接近",
    not_sold: (n) => (n ? "本店没有，最接近的是这些" : "本店没有"),
    takeOff: (label) => `去掉：${label}`,
    takenOff: (label) => `去掉“${label}”`,
    wish: "偏好：只影响排序",
    nothing: "货架上暂时没有合适的商品。",
    count: (n) => `${n} 件商品`,
    compareTick: (title) => `对比 ${title}`,
    variants: "其他规格",
    compareShort: "对比",
    compare: "对比这两件",
    compareOne: "再选一件即可对比",
    compareSay: (a, b) => `对比第${a}个和第${b}个`,
    cancel: "取消",
    in_stock: "有货",
    out_of_stock: "缺货",
    preorder: "预售",
    backorder: "可预订",
    before: "原价",
    evidence: "出处",
    source: "字段",
    asOf: "截至",
    reasons: "推荐理由",
    price: "价格",
    from: "{price}起",
    availability: "库存",
    details: (title) => `${title} 详情`,
    close: "关闭",
    open: "前往商品页",
    comparison: "逐项对比",
    thinking: "正在为您查找",
    you: "您说",
    guide: "导购",
    retry: "重试",
    failed: "暂时无法连接到商店。",
    broken: "回答中断了。",
    startedOver: "已开始新对话。",
    undo: "撤销",
    answered: (text, n) => `${text}${n ? `共 ${n} 件商品。` : ""}`,
    pick: "可选回答",
    considered: "考虑过的其他回答",
    chosen: "已选用",
    veto: (why) => `未采用：${why}`,
    whoSpoke: (wrote, scored) => `撰写：${wrote}，评分：${scored}`,
    plans: { "": "略去", plain: "原样", brief: "简短", explained: "说明理由", question: "先提问", compared: "并排对比", cheapest: "从最便宜说起", described: "逐一介绍", worded: "换个说法", closing: "继续询问", written: "模型撰写" },
  },
};

let language = "en";

export const word = (key, ...args) => {
  const found = WORDS[language][key];
  return typeof found === "function" ? found(...args) : found;
};

export const spoken = () => language;

export function speak(next) {
  language = next === "zh" ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

export function price(money) {
  if (!money) return "–";
  return money.lowest ? word("from").replace("{price}", printed(money)) : printed(money);
}

function printed({ amount, currency }) {
  const locale = language === "zh" ? "zh-CN" : "en";
  const digits = (String(amount).split(".")[1] ?? "").length; // all that the shop names: a litre at 1.859 is not 1.86
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", trailingZeroDisplay: "stripIfInteger", maximumFractionDigits: Math.max(3, digits) }).format(amount);
  } catch {
    return `${currency} ${amount}`;
  }
}

export const moment = (iso) =>
  new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
