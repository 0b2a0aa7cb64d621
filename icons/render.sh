#!/usr/bin/env bash
# Draws the PNG sizes and the Windows icon from the one SVG source. Needs chromium (its SVG drawing is the reference) and imagemagick to scale.
set -euo pipefail
cd "$(dirname "$0")"
chromium="${CHROMIUM:-/usr/bin/chromium}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp countersign.svg "$work/mark.svg"
printf '<!doctype html><style>html,body{margin:0;background:transparent}img{display:block;width:1024px;height:1024px}</style><img src="mark.svg">' > "$work/mark.html"
"$chromium" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --user-data-dir="$work/profile" \
  --hide-scrollbars --default-background-color=00000000 --window-size=1024,1024 --screenshot="$work/mark.png" "file://$work/mark.html" 2> "$work/log" \
  || { cat "$work/log" >&2; exit 1; }
for size in 32 128 256 512; do
  convert "$work/mark.png" -resize "${size}x${size}" -strip -define png:color-type=6 "${size}x${size}.png"
done
convert "$work/mark.png" -resize 256x256 -define icon:auto-resize=256,64,48,32,24,16 icon.ico
