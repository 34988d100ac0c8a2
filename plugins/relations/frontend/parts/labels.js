// Names beside the dots: on paper of their own, so that they read over edges; sigma's grid keeps
// them apart.
const LONGEST = 34;

const short = (label) => (label.length > LONGEST ? `${label.slice(0, LONGEST - 1).trimEnd()}…` : label);

function name(context, data, settings, palette, strong) {
  if (!data.label) return;
  const words = strong ? data.label : short(data.label);
  context.font = `${strong ? 600 : 450} ${settings.labelSize}px ${settings.labelFont}`;
  const x = data.x + data.size + 4;
  const y = data.y + settings.labelSize / 3;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = palette.paper;
  context.strokeText(words, x, y);
  context.fillStyle = palette.ink;
  context.fillText(words, x, y);
}

export function labels(palette) {
  return {
    labelColor: { color: palette().ink },
    defaultDrawNodeLabel: (context, data, settings) => name(context, data, settings, palette(), false),
    defaultDrawNodeHover: (context, data, settings) => {
      context.beginPath();
      context.arc(data.x, data.y, data.size + 3, 0, Math.PI * 2);
      context.lineWidth = 2.5;
      context.strokeStyle = palette().ink;
      context.stroke();
      name(context, data, settings, palette(), true);
    },
  };
}
