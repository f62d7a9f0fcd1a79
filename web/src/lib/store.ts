import { useSyncExternalStore } from "react";

interface Store<T> {
  get: () => T;
  set: (change: (state: T) => T) => void;
  subscribe: (listener: () => void) => () => void;
}

/** State that outlives the page it is shown on, such as an upload that goes on while the user looks elsewhere. */
export function createStore<T>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => state;
  return {
    get,
    set: (change) => {
      state = change(state);
      for (const listener of listeners) listener();
    },
    subscribe,
  };
}

/** What a store holds, now and whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
