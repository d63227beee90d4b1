package dev.perennial.sample;

import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.content.Context;
import android.net.ConnectivityManager;
import android.net.Network;
import android.os.Looper;
import android.widget.ListView;
import android.widget.TextView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.shadows.ShadowNetwork;

/** The device on which an app under test runs: its main thread, its clock, its network. */
final class Device {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofMillis(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Of the network in use, or of the last one. */
  private static int networkId = 1;

  private Device() {}

  /** Runs the main thread and moves the device's clock until {@code expected} is seen. */
  static void shows(Object expected, Supplier<?> seen) {
    until(
        () -> "it showed " + expected + " but it shows " + seen.get(),
        () -> expected.equals(seen.get()));
  }

  /** Runs the main thread and moves the device's clock until {@code condition} holds. */
  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  static void until(Supplier<String> what, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new AssertionError("Waited in vain until " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS); // Sockets have their own threads and their own time.
      passes(STEP);
    }
  }

  /** Runs the main thread for this long by the device's clock. */
  static void passes(Duration time) {
    shadowOf(Looper.getMainLooper()).idleFor(time);
  }

  static void losesItsNetwork() {
    Network network = ShadowNetwork.newInstance(networkId);
    callbacks().forEach(callback -> callback.onLost(network));
  }

  static void hasANetworkAgain() {
    Network network = ShadowNetwork.newInstance(++networkId);
    callbacks().forEach(callback -> callback.onAvailable(network));
  }

  private static Iterable<ConnectivityManager.NetworkCallback> callbacks() {
    Context app = RuntimeEnvironment.getApplication();
    ConnectivityManager manager = app.getSystemService(ConnectivityManager.class);
    return new ArrayList<>(shadowOf(manager).getNetworkCallbacks());
  }

  static String text(Activity activity, int view) {
    return ((TextView) activity.findViewById(view)).getText().toString();
  }

  /** Returns the data of the events in the list, as it shows them. */
  static List<String> lines(Activity activity) {
    ListView list = activity.findViewById(R.id.lines);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < list.getAdapter().getCount(); i++) {
      TextView text = list.getAdapter().getView(i, null, list).findViewById(R.id.text);
      lines.add(text.getText().toString());
    }
    return lines;
  }
}
