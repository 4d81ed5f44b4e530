/**
 * What makes the picture answer: zoom, search, the line about what is under the pointer, keys, turning over. It is part
 * of the picture and asks nobody for anything. Names come out of the picture's own text and go back as text alone.
 * Boxes stand in the picture a caller before its callees, so a subtree is a run of them.
 */
export const SCRIPT = String.raw`(function () {
'use strict';
var svg = document.currentScript.closest('svg');
var data = svg.dataset, alone = document.documentElement === svg;
var one = function (name) { return svg.querySelector('.' + name); };
var boxes = Array.from(svg.querySelectorAll('.boxes > g'));
var n = boxes.length, PAD = +data.pad, FULL = +data.width - 2 * PAD, top = +data.top, row = +data.row;
var letter = +data.letter, inverted = data.inverted === '1', deepest = 0;
var X = new Float64Array(n), W = new Float64Array(n), D = new Uint32Array(n), END = new Uint32Array(n);
var rects = [], texts = [], about = [], open = [];
boxes.forEach(function (g, i) {
  var rect = g.querySelector('rect');
  rects.push(rect); texts.push(g.querySelector('text'));
  about.push(g.querySelector('title').textContent.split('\n'));
  X[i] = +rect.getAttribute('x') - PAD; W[i] = +rect.getAttribute('width');
  D[i] = Math.round((+rect.getAttribute('y') - top) / row);
  deepest = Math.max(deepest, D[i]);
});
for (var i = 0; i < n; i++) {
  if (!inverted) D[i] = deepest - D[i];
  while (open.length && D[open[open.length - 1]] >= D[i]) END[open.pop()] = i;
  open.push(i);
}
while (open.length) END[open.pop()] = n;

var width = +data.width, zoomed = 0, current = -1, term = '', matches = 0, share = 0;
var wide = /[^\u0000-\u2e7f]/;
function fit(text, room) {
  var most = Math.floor(room / letter);
  if (most < 3) return '';
  if (wide.test(text)) most = Math.floor(most * 0.6);
  if (text.length <= most) return text;
  var cut = text.slice(0, most - 1), last = cut.charCodeAt(cut.length - 1);
  return (last >= 0xd800 && last < 0xdc00 ? cut.slice(0, -1) : cut) + '…';
}
function place(i, x, w) {
  var y = top + (inverted ? D[i] : deepest - D[i]) * row, rect = rects[i];
  boxes[i].style.display = '';
  rect.setAttribute('x', x.toFixed(2)); rect.setAttribute('width', Math.max(w, 0.1).toFixed(2));
  rect.setAttribute('y', y);
  var words = fit(about[i][0], w - 6), text = texts[i];
  if (!words && !text) return;
  if (!text) {
    text = texts[i] = document.createElementNS(svg.namespaceURI, 'text');
    boxes[i].appendChild(text);
  }
  text.textContent = words;
  text.setAttribute('x', (x + 4).toFixed(2)); text.setAttribute('y', y + (+data.base));
}
function draw() {
  var room = width - 2 * PAD, from = X[zoomed], scale = room / W[zoomed];
  for (var i = 0; i < n; i++) {
    var above = i < zoomed && END[i] > zoomed;
    boxes[i].classList.toggle('above', above);
    if (above) place(i, PAD, room);
    else if (i >= zoomed && i < END[zoomed]) place(i, PAD + (X[i] - from) * scale, W[i] * scale);
    else boxes[i].style.display = 'none';
  }
  one('reset').style.display = zoomed > 0 ? '' : 'none';
}
function zoom(i) { zoomed = i; draw(); mark(i); }
function say(text) { one('about').textContent = text; }
function describe(i) { say(i < 0 ? ' ' : (data.name ? data.name + ' ' : '') + about[i].join('  ·  ')); }
function mark(i) {
  if (current >= 0) boxes[current].classList.remove('current');
  current = i;
  if (i >= 0) boxes[i].classList.add('current');
  describe(i);
}
function search(text) {
  term = text; matches = 0; share = 0;
  var pattern = null, until = 0, small = text.toLowerCase();
  try { pattern = new RegExp(text, 'i'); } catch (error) { pattern = null; }
  for (var i = 0; i < n; i++) {
    var label = about[i].slice(0, -1).join('\n');
    var hit = text !== '' && i > 0 && (label.toLowerCase().includes(small) || pattern !== null && pattern.test(label));
    boxes[i].classList.toggle('match', hit);
    if (!hit) continue;
    matches++;
    if (i < until) continue;
    share += W[i]; until = END[i];
  }
  svg.classList.toggle('searched', text !== '');
  one('found').textContent = text === '' ? '' :
    matches === 0 ? 'no match' : (100 * share / FULL).toFixed(1) + ' % in ' + matches + (matches === 1 ? ' match' : ' matches');
}
var field = null;
function ask() {
  if (!field) {
    var holder = document.createElementNS(svg.namespaceURI, 'foreignObject');
    holder.setAttribute('class', 'holder');
    holder.setAttribute('width', 170); holder.setAttribute('height', 26); holder.setAttribute('y', 9);
    field = document.createElementNS('http://www.w3.org/1999/xhtml', 'input');
    field.setAttribute('type', 'text'); field.setAttribute('placeholder', 'Search (text or pattern)');
    field.setAttribute('aria-label', 'Search functions'); field.setAttribute('spellcheck', 'false');
    field.addEventListener('input', function () { search(field.value); });
    holder.appendChild(field); one('head').appendChild(holder);
    arrange();
  }
  one('search').style.display = 'none';
  field.parentNode.style.display = ''; field.focus(); field.select();
}
function unask() {
  search('');
  if (!field) return;
  field.value = ''; field.blur(); field.parentNode.style.display = 'none'; one('search').style.display = '';
}
function arrange() {
  svg.querySelectorAll('[data-right]').forEach(function (each) {
    each.setAttribute('x', width - each.dataset.right);
  });
  svg.querySelectorAll('[data-fill]').forEach(function (each) { each.setAttribute('width', width); });
  if (field) field.parentNode.setAttribute('x', width - 190);
}
function resize() {
  if (data.fluid !== '1' || !alone) return;
  width = Math.max(400, document.documentElement.clientWidth || window.innerWidth);
  svg.setAttribute('width', width);
  svg.setAttribute('viewBox', '0 0 ' + width + ' ' + data.height);
  arrange(); draw();
}
function pin() { if (alone) one('head').setAttribute('transform', 'translate(0 ' + window.scrollY + ')'); }
function turn() {
  inverted = !inverted; draw();
  if (alone) window.scrollTo(0, inverted ? 0 : document.documentElement.scrollHeight);
}
function move(key) {
  var i = current < 0 ? zoomed : current, j = i;
  var outwards = (key === 'ArrowDown') !== inverted;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    if (outwards) { for (j = i - 1; j > 0 && D[j] >= D[i]; j--); j = Math.max(j, 0); }
    else {
      var widest = -1;
      for (j = i + 1; j < END[i]; j = END[j]) if (widest < 0 || W[j] > W[widest]) widest = j;
      j = widest < 0 ? i : widest;
    }
  } else if (key === 'ArrowRight') { j = END[i] < n && D[END[i]] === D[i] ? END[i] : i; }
  else { for (j = i - 1; j > 0 && D[j] > D[i]; j--); if (j < 0 || D[j] !== D[i]) j = i; }
  if (boxes[j].style.display !== 'none') mark(j);
  if (alone && boxes[current < 0 ? 0 : current].scrollIntoView) boxes[current < 0 ? 0 : current].scrollIntoView({ block: 'center', inline: 'nearest' });
}
function indexOf(target) {
  var g = target.closest && target.closest('.boxes > g');
  return g ? boxes.indexOf(g) : -1;
}
svg.addEventListener('click', function (event) {
  var name = event.target.closest && event.target.closest('.button');
  if (name && name.classList.contains('search')) return ask();
  if (name && name.classList.contains('reset')) return zoom(0);
  if (name && name.classList.contains('turn')) return turn();
  var i = indexOf(event.target);
  if (i >= 0) zoom(i);
});
svg.addEventListener('mouseover', function (event) {
  var i = indexOf(event.target);
  if (i >= 0) describe(i);
});
svg.addEventListener('mouseout', function () { describe(current); });
(alone ? window : svg).addEventListener('keydown', function (event) {
  var key = event.key, typing = event.target === field;
  if (key === '/' && !typing || (event.ctrlKey || event.metaKey) && key === 'f') { event.preventDefault(); ask(); }
  else if (key === 'Escape') { if (term !== '' || typing) unask(); else { mark(-1); zoomed = 0; draw(); } }
  else if (typing) { if (key === 'Enter') field.blur(); }
  else if (event.ctrlKey || event.metaKey || event.altKey) return;
  else if (/^Arrow/.test(key)) { event.preventDefault(); move(key); }
  else if (key === 'Enter' && current >= 0) zoom(current);
  else if (key === 'i') turn();
  else if (key === 'Home' || key === '0') zoom(0);
});
svg.querySelectorAll('.button').forEach(function (each) { each.style.display = ''; });
one('reset').style.display = 'none';
if (alone) {
  window.addEventListener('scroll', pin); window.addEventListener('resize', resize);
  if (!inverted) window.scrollTo(0, document.documentElement.scrollHeight);
}
resize(); pin();
})();`;
