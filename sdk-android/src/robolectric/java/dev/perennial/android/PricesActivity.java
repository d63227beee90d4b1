package dev.perennial.android;

import android.app.Activity;
import android.os.Bundle;
import android.widget.TextView;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import java.time.Duration;

/** A screen that follows a stream: the code of the guide's page on Android. */
public final class PricesActivity extends Activity {
  private BoundSubscription prices;

  // region screen
  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    PricesApplication app = (PricesApplication) getApplication();
    TextView price = new TextView(this);
    setContentView(price);
    prices =
        app.foreground()
            .bind(
                Sse.stream(app.url())
                    .withRuntime(app.runtime())
                    .withCursorStore(
                        new SharedPreferencesCursorStore(
                            getSharedPreferences("cursors", MODE_PRIVATE), "prices"))
                    .withGapPolicy(GapPolicy.liveOnly())
                    .withOverflow(Overflow.dropOldest(200))
                    .withDeliveryOn(MainThreadExecutor.atMostEvery(Duration.ofMillis(16)))
                    .subscribe(
                        new StreamListener<String>() {
                          @Override
                          public void onEvent(Event<String> event) {
                            price.setText(event.data());
                          }

                          @Override
                          public void onGap(Gap gap) {
                            price.setText("prices are missing");
                          }

                          @Override
                          public void onState(StreamState now) {
                            setTitle(now instanceof StreamState.Open ? "live" : "not live");
                          }

                          @Override
                          public void onClosed(StreamException failure) {
                            setTitle(failure == null ? "over" : failure.getMessage());
                          }
                        }));
  }

  @Override
  protected void onDestroy() {
    prices.close();
    super.onDestroy();
  }
  // endregion
}
