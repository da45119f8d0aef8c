/* Template and article files: what changes in them is told by the server, to pages that are looked at. */
let stream;
let known;
const told = ({ data }) => {
  if (known !== undefined && known !== data) document.dispatchEvent(new CustomEvent('broadsheet:changed'));
  known = data;
};
const listen = () => {
  if (document.hidden === (stream === undefined)) return;
  stream?.close();
  stream = document.hidden ? undefined : new EventSource('/studio/live');
  stream?.addEventListener('files', told);
};
document.addEventListener('visibilitychange', listen);
listen();
