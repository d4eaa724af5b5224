// Requests to the coordinator.

/** What went wrong, and what to do about it, as the coordinator says it. */
export class Problem extends Error {
  constructor(message, remedy, status) {
    super(message);
    this.remedy = remedy;
    this.status = status;
  }

  static async of(response) {
    const answer = await response.json().catch(() => ({}));
    return new Problem(answer.error ?? `the coordinator answered with status ${response.status}`, answer.remedy ?? '',
      response.status);
  }
}

/** `path('/runs', 12, 'why', {package: cpv})` */
export function path(...parts) {
  const query = typeof parts.at(-1) === 'object' ? parts.pop() : {};
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `/api/v1/${parts.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

/** A request whose answer is looked at piece by piece; throws a Problem when it is no success. */
export async function request(address, options = {}) {
  let response;
  try {
    response = await fetch(address, { cache: 'no-store', credentials: 'omit', redirect: 'error', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem('the coordinator does not answer', 'The page tries again by itself.', 0);
  }
  if (!response.ok) throw await Problem.of(response);
  return response;
}

export async function load(address, signal) {
  return (await request(address, { signal })).json();
}

/** An action: only the header carries the token, so no other site can have a browser send it. */
export async function act(address, token, body = {}) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const response = await request(address, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

export async function checkToken(token) {
  await request(path('operator'), { headers: { Authorization: `Bearer ${token}` } });
}
