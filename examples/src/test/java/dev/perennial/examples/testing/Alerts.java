package dev.perennial.examples.testing;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

// region app
/** Pages the person on call for each alert, and when alerts may be missing. */
final class Alerts implements StreamListener<String> {
  private final Consumer<String> pager;

  Alerts(Consumer<String> pager) {
    this.pager = pager;
  }

  @Override
  public void onEvent(Event<String> event) {
    pager.accept(event.data());
  }

  @Override
  public void onGap(Gap gap) {
    pager.accept("some alerts are missing");
  }

  @Override
  public void onClosed(@Nullable StreamException failure) {
    if (failure != null) {
      pager.accept("blind: " + failure.reason());
    }
  }
}
// endregion
