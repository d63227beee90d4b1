package dev.perennial.android;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.Network;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.NetworkMonitor;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether this app has a network by now, as the system tells of the default network. An app that
 * the system keeps off it (Doze, Data Saver, from API 29 on) has none.
 *
 * <p>Make one for the process and give it to {@link StreamRuntime.Builder#networkMonitor}. However
 * many subscriptions listen, the system sees one callback, and none when nobody listens. Needs the
 * permission {@code ACCESS_NETWORK_STATE}.
 */
public final class AndroidNetworkMonitor implements NetworkMonitor {
  private final ConnectivityManager manager;
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /**
   * Held while the callback is registered or taken back, so that these come one after the other.
   */
  private final ReentrantLock registering = new ReentrantLock();

  /** Null while nobody listens. Guarded by {@link #registering}. */
  private @Nullable DefaultNetwork registered;

  /** What the system tells; null while nobody listens. */
  private volatile @Nullable DefaultNetwork told;

  /** Takes the connectivity service of {@code context}, and keeps nothing else of it. */
  public AndroidNetworkMonitor(Context context) {
    this.manager =
        Objects.requireNonNull(
            context.getSystemService(ConnectivityManager.class), "no connectivity service");
  }

  @Override
  public boolean isOnline() {
    DefaultNetwork current = told;
    if (current != null && current.isKnown()) {
      return current.isUsable();
    }
    return hasActiveNetwork();
  }

  /** Asked only until the callback has told: within a callback this may be out of date. */
  private boolean hasActiveNetwork() {
    try {
      return manager.getActiveNetwork() != null;
    } catch (SecurityException e) {
      throw lacksPermission(e);
    }
  }

  @Override
  public Listening listen(Runnable onChange) {
    Listener listener = new Listener(onChange);
    registering.lock();
    try {
      listeners.add(listener);
      if (registered == null) {
        register();
      }
    } catch (RuntimeException e) {
      listeners.remove(listener);
      throw e;
    } finally {
      registering.unlock();
    }
    return () -> leave(listener);
  }

  private void register() {
    DefaultNetwork callback = new DefaultNetwork();
    told = callback;
    try {
      manager.registerDefaultNetworkCallback(callback);
      registered = callback;
    } catch (SecurityException e) {
      told = null;
      throw lacksPermission(e);
    }
  }

  private void leave(Listener listener) {
    registering.lock();
    try {
      boolean isLast = listeners.remove(listener) && listeners.isEmpty();
      DefaultNetwork callback = registered;
      if (isLast && callback != null) {
        registered = null;
        told = null;
        manager.unregisterNetworkCallback(callback);
      }
    } finally {
      registering.unlock();
    }
  }

  private static IllegalStateException lacksPermission(SecurityException cause) {
    return new IllegalStateException(
        "AndroidNetworkMonitor needs <uses-permission"
            + " android:name=\"android.permission.ACCESS_NETWORK_STATE\"/> in AndroidManifest.xml",
        cause);
  }

  /** Each is its own, also when two hand in one Runnable. */
  private static final class Listener {
    final Runnable onChange;

    Listener(Runnable onChange) {
      this.onChange = Objects.requireNonNull(onChange, "onChange");
    }
  }

  /** Called by one thread of the system's; read by any. */
  private final class DefaultNetwork extends ConnectivityManager.NetworkCallback {
    private volatile boolean isKnown;
    private volatile boolean isAvailable;
    private volatile boolean isBlocked;

    boolean isKnown() {
      return isKnown;
    }

    boolean isUsable() {
      return isAvailable && !isBlocked;
    }

    @Override
    public void onAvailable(Network network) {
      isAvailable = true; // Whether it is blocked is told next, and until then is as it was.
      changed();
    }

    @Override
    public void onLost(Network network) {
      isAvailable = false;
      changed();
    }

    @Override
    public void onBlockedStatusChanged(Network network, boolean blocked) {
      isBlocked = blocked;
      changed();
    }

    private void changed() {
      isKnown = true;
      for (Listener listener : listeners) {
        listener.onChange.run();
      }
    }
  }
}
