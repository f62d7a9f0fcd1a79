import { type ComponentType, Suspense } from "react";

/** A page whose view reads the search part of its address, which only the browser knows. */
export function addressed(View: ComponentType) {
  return function Page() {
    return (
      <Suspense>
        <View />
      </Suspense>
    );
  };
}
