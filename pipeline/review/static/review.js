"use strict";
// Keys, and forms that are saved without leaving the page: what the server has not answered has not been saved.
(() => {
  const alarm = document.querySelector(".alarm");
  const typing = node => node instanceof Element && node.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const tell = text => {
    if (!alarm) return;
    alarm.textContent = text;
    alarm.hidden = !text;
    if (text) alarm.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, button) => {
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok && said.go) { location.assign(said.go); return; }
      tell(said.fault || "没有保存。请重试。");
    } catch {
      tell("没有保存：连不上服务。请确认服务仍在运行，再按一次；这一页上写的内容还在。");
    }
    delete form.dataset.busy;
  };

  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.matches("[data-send]")) return;
    event.preventDefault();
    send(form, event.submitter);
  });

  const reveal = button => {
    const box = document.getElementById(button.dataset.opens);
    if (box instanceof HTMLDialogElement) { box.open ? box.close() : box.showModal(); return; }
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) box.querySelector("select, textarea, input:not([type=hidden])").focus();
  };

  document.addEventListener("click", event => {
    const button = event.target instanceof Element && event.target.closest("[data-opens]");
    if (button) reveal(button);
  });

  document.addEventListener("change", event => {
    const box = event.target;
    if (box.dataset.all) box.form.querySelectorAll(`[name=${box.dataset.all}]`).forEach(one => { one.checked = box.checked; });
  });

  document.addEventListener("input", event => {
    const slider = event.target;
    if (slider.matches("[data-shows]")) slider.closest("label").querySelector("output").textContent = slider.value;
  });

  // Pictures of pages have two pixels a point; the frame comes into view.
  const frame = document.querySelector("img[data-top]");
  if (frame) frame.addEventListener("load", () => {
    frame.parentElement.scrollTop = frame.dataset.top * 2 * frame.clientHeight / frame.naturalHeight - 80;
  });

  const press = node => {
    if (node.matches("input:not([type=checkbox])")) { node.focus(); node.select(); return; }
    node.click();
  };

  const aliases = { ArrowRight: "j", ArrowLeft: "k" };
  document.addEventListener("keydown", event => {
    // While an input method composes, a key belongs to it; 229 is what browsers report for such keys.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = aliases[event.key] || (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const held = event.target.matches("button, summary, a[href], input") && (key === "Enter" || key === " ");
    if (held || event.repeat) return;
    const node = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!node) return;
    event.preventDefault();
    press(node);
  });

  // A passage that the software missed is marked by selecting it: places count in characters of the document.
  const place = document.querySelector("[data-mark]");
  const count = text => [...text].length;
  const offset = (node, within) => {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
    if (!piece) return null;
    const before = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, within) : "";
    return Number(piece.dataset.start) + count(before);
  };
  if (place) document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    if (!document.querySelector(".text").contains(range.commonAncestorContainer)) return;
    const start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    place.elements.start.value = start + 1;
    place.elements.end.value = end;
    place.querySelector("output").textContent = chosen.toString();
  });

  const here = document.querySelector("mark.here, [data-here]");
  if (here) here.scrollIntoView({ block: "center" });
  if (here && document.querySelector("[data-passage]")) scrollTo(0, 0);
})();
