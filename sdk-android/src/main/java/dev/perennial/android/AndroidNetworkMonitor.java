package dev.perennial.android;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkCapabilities;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.NetworkMonitor;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reports whether this app has a network, as the system reports it for the default network. An app
 * that the system blocks (Doze, Data Saver; from API 29 on) has none, and neither has one behind a
 * captive portal: a hotspot that answers everything with its own page until the user has signed in.
 *
 * <p>A network that the system could not validate counts, since networks of companies often do not
 * reach what the system asks for that. {@link #validatedOnly} makes a monitor that is stricter.
 *
 * <p>Create one for the process and pass it to {@link StreamRuntime.Builder#networkMonitor}. The
 * system sees one callback for any number of subscriptions, and none without any. Needs the
 * permission {@code ACCESS_NETWORK_STATE}.
 *
 * @since 0.1.0
 */
public final class AndroidNetworkMonitor implements NetworkMonitor {
  private final ConnectivityManager manager;
  private final boolean isValidatedOnly;
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Held while the callback is registered or unregistered, so that these never overlap. */
  private final ReentrantLock registering = new ReentrantLock();

  /** Null without a listener. */
  @GuardedBy("registering")
  private @Nullable DefaultNetwork registered;

  /** The system's last report; null without a listener. */
  private volatile @Nullable DefaultNetwork reported;

  /** Gets the connectivity service from {@code context}, and keeps no reference to the context. */
  public AndroidNetworkMonitor(Context context) {
    this(context, /* isValidatedOnly= */ false);
  }

  private AndroidNetworkMonitor(Context context, boolean isValidatedOnly) {
    this.manager =
        Objects.requireNonNull(
            context.getSystemService(ConnectivityManager.class), "no connectivity service");
    this.isValidatedOnly = isValidatedOnly;
  }

  /**
   * Makes a monitor for which only a network counts that the system has found to reach the Internet
   * ({@code NET_CAPABILITY_VALIDATED}). Do not use it for servers of a company's own network.
   */
  public static AndroidNetworkMonitor validatedOnly(Context context) {
    return new AndroidNetworkMonitor(context, /* isValidatedOnly= */ true);
  }

  @Override
  public boolean isOnline() {
    DefaultNetwork current = reported;
    if (current != null && current.isKnown()) {
      return current.isUsable();
    }
    return hasActiveNetwork();
  }

  /** Used only until the callback's first report: within a callback this may be out of date. */
  private boolean hasActiveNetwork() {
    try {
      Network active = manager.getActiveNetwork();
      return active != null && reaches(manager.getNetworkCapabilities(active));
    } catch (SecurityException e) {
      throw lacksPermission(e);
    }
  }

  /** Null capabilities are those of a network that the system has not described yet. */
  private boolean reaches(@Nullable NetworkCapabilities capabilities) {
    if (capabilities == null) {
      return !isValidatedOnly;
    }
    boolean isValidated = capabilities.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED);
    boolean isPortal =
        capabilities.hasCapability(NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL);
    return isValidated || (!isValidatedOnly && !isPortal);
  }

  @Override
  public @Nullable Object network() {
    DefaultNetwork current = reported;
    return current == null ? null : current.network();
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

  @GuardedBy("registering")
  private void register() {
    DefaultNetwork callback = new DefaultNetwork();
    reported = callback;
    try {
      manager.registerDefaultNetworkCallback(callback);
      registered = callback;
    } catch (SecurityException e) {
      reported = null;
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
        reported = null;
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

  /** Each listener is its own object, even if two pass the same Runnable. */
  private static final class Listener {
    final Runnable onChange;

    Listener(Runnable onChange) {
      this.onChange = Objects.requireNonNull(onChange, "onChange");
    }
  }

  /** Called on one thread of the system; read by any thread. */
  private final class DefaultNetwork extends ConnectivityManager.NetworkCallback {
    private volatile boolean isKnown;
    private volatile boolean isAvailable;
    private volatile boolean isBlocked;

    /** Whether the network reaches more than a captive portal. */
    private volatile boolean isReaching;

    /** Null until one is available. */
    private volatile @Nullable Network network;

    boolean isKnown() {
      return isKnown;
    }

    boolean isUsable() {
      return isAvailable && !isBlocked && isReaching;
    }

    @Nullable Network network() {
      return network;
    }

    @Override
    public void onAvailable(Network available) {
      // The system reports next what it is capable of, and whether it is blocked.
      isReaching = available.equals(network) ? isReaching : reaches(null);
      network = available;
      isAvailable = true;
      changed();
    }

    @Override
    public void onCapabilitiesChanged(Network described, NetworkCapabilities capabilities) {
      boolean isNowReaching = reaches(capabilities);
      if (described.equals(network) && isNowReaching != isReaching) { // It changes all the time.
        isReaching = isNowReaching;
        changed();
      }
    }

    @Override
    public void onLost(Network lost) {
      Network current = network;
      if (current != null && !current.equals(lost)) {
        return; // Another one has taken its place already.
      }
      isAvailable = false;
      changed();
    }

    @Override
    public void onBlockedStatusChanged(Network ignored, boolean blocked) {
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
