// The mark of what is sealed.
import { svg, type Props } from '../dom.ts';

/**
 * A small lock. Whatever it stands beside says "sealed" for those who do not see it.
 *
 * @param place where it stands in a drawing
 */
export function lockMark(place: Props = {}): SVGSVGElement {
  return svg(
    'svg',
    { class: 'lock', viewBox: '0 0 12 14', ...place },
    svg('title', {}, 'sealed'),
    svg('path', { d: 'M3.5 6V4a2.5 2.5 0 0 1 5 0v2', class: 'shackle' }),
    svg('rect', { x: 1, y: 6, width: 10, height: 7.5, rx: 1.5 }),
  );
}
