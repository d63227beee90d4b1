package dev.perennial.android;

import static android.net.NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL;
import static android.net.NetworkCapabilities.NET_CAPABILITY_VALIDATED;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.content.Context;
import android.content.ContextWrapper;
import android.net.ConnectivityManager;
import android.net.Network;
import android.net.NetworkCapabilities;
import dev.perennial.spi.NetworkMonitor.Listening;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.shadows.ShadowConnectivityManager;
import org.robolectric.shadows.ShadowNetwork;
import org.robolectric.shadows.ShadowNetworkCapabilities;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class AndroidNetworkMonitorTest {
  private final Application app = RuntimeEnvironment.getApplication();
  private final ConnectivityManager manager = app.getSystemService(ConnectivityManager.class);
  private final AndroidNetworkMonitor monitor = new AndroidNetworkMonitor(app);
  private final List<Boolean> seen = new ArrayList<>();
  private final Network wifi = ShadowNetwork.newInstance(100);
  private final Network mobile = ShadowNetwork.newInstance(101);

  private ConnectivityManager.NetworkCallback callback() {
    return shadowOf(manager).getNetworkCallbacks().iterator().next();
  }

  private Listening listen() {
    return monitor.listen(() -> seen.add(monitor.isOnline()));
  }

  @Test
  public void asksTheSystemUntilItsFirstReport() {
    assertTrue(monitor.isOnline());

    shadowOf(manager).setActiveNetworkInfo(null);

    assertFalse(monitor.isOnline());
    try (Listening listening = listen()) {
      assertFalse(monitor.isOnline());
      callback().onAvailable(wifi);
      assertTrue(monitor.isOnline());
    }
    assertFalse("without a listener the system is asked again", monitor.isOnline());
  }

  @Test
  public void passesOnTheSystemsReportsAndDoesNotAskMeanwhile() {
    try (Listening listening = listen()) {
      callback().onAvailable(wifi);
      callback().onLost(wifi); // The system's own answer may still be the old one.
      callback().onAvailable(mobile);
    }

    assertEquals(List.of(true, false, true), seen);
  }

  @Test
  @Config(sdk = 34) // Before API 29 the system does not report it.
  public void anAppThatIsKeptOffTheNetworkHasNone() {
    try (Listening listening = listen()) {
      callback().onAvailable(wifi);
      callback().onBlockedStatusChanged(wifi, true);
      callback().onAvailable(mobile);
      callback().onBlockedStatusChanged(mobile, true);
      callback().onBlockedStatusChanged(mobile, false);
    }

    assertEquals(List.of(true, false, false, false, true), seen);
  }

  @Test
  public void aNetworkBehindACaptivePortalIsNone() {
    try (Listening listening = listen()) {
      callback().onAvailable(wifi);
      callback().onCapabilitiesChanged(wifi, capabilities(NET_CAPABILITY_CAPTIVE_PORTAL));
      callback().onCapabilitiesChanged(wifi, capabilities(NET_CAPABILITY_CAPTIVE_PORTAL));
      callback().onCapabilitiesChanged(wifi, capabilities(NET_CAPABILITY_VALIDATED));
      callback().onCapabilitiesChanged(wifi, capabilities());
    }

    assertEquals(List.of(true, false, true), seen);
  }

  @Test
  public void aMonitorOfValidatedNetworksWaitsForTheSystemToReachTheInternet() {
    AndroidNetworkMonitor strict = AndroidNetworkMonitor.validatedOnly(app);
    try (Listening listening = strict.listen(() -> seen.add(strict.isOnline()))) {
      callback().onAvailable(wifi);
      callback().onCapabilitiesChanged(wifi, capabilities());
      callback().onCapabilitiesChanged(wifi, capabilities(NET_CAPABILITY_VALIDATED));
      callback().onCapabilitiesChanged(mobile, capabilities()); // Not the one in use.
      callback().onCapabilitiesChanged(wifi, capabilities());
    }

    assertEquals(List.of(false, true, false), seen);
  }

  @Test
  public void anotherNetworkHasAnotherIdentity() {
    try (Listening listening = listen()) {
      callback().onAvailable(wifi);
      assertEquals(wifi, monitor.network());
      callback().onAvailable(mobile);
      callback().onLost(wifi);
      assertEquals(mobile, monitor.network());
      assertTrue(monitor.isOnline());
    }
  }

  private static NetworkCapabilities capabilities(int... all) {
    NetworkCapabilities capabilities = ShadowNetworkCapabilities.newInstance();
    for (int capability : all) {
      shadowOf(capabilities).addCapability(capability);
    }
    return capabilities;
  }

  @Test
  public void theSystemSeesOneCallbackHoweverManyListen() {
    Runnable same = () -> seen.add(true);
    List<Listening> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(monitor.listen(same));
    }
    assertEquals(1, shadowOf(manager).getNetworkCallbacks().size());
    callback().onAvailable(wifi);
    assertEquals(200, seen.size());

    all.get(0).close();
    all.get(0).close(); // Idempotent: it must not remove another listener.
    seen.clear();
    callback().onAvailable(wifi);
    assertEquals(199, seen.size());

    all.forEach(Listening::close);
    assertEquals(0, shadowOf(manager).getNetworkCallbacks().size());

    try (Listening again = listen()) {
      assertEquals(1, shadowOf(manager).getNetworkCallbacks().size());
    }
  }

  @Test
  @Config(shadows = WithoutPermission.class)
  public void namesThePermissionThatIsMissing() {
    IllegalStateException failure = assertThrows(IllegalStateException.class, this::listen);

    assertTrue(failure.getMessage(), failure.getMessage().contains("ACCESS_NETWORK_STATE"));
    assertThrows(IllegalStateException.class, this::listen); // Nothing is left of the first call.
  }

  @Test
  public void aDeviceWithoutConnectivityServiceIsRefusedInWords() {
    Context bare =
        new ContextWrapper(app) {
          @Override
          public Object getSystemService(String name) {
            return null;
          }
        };

    NullPointerException failure =
        assertThrows(NullPointerException.class, () -> new AndroidNetworkMonitor(bare));

    assertEquals("no connectivity service", failure.getMessage());
  }

  /** The service as it is for an app without the permission. */
  @Implements(ConnectivityManager.class)
  public static class WithoutPermission extends ShadowConnectivityManager {
    @Override
    @Implementation
    protected void registerDefaultNetworkCallback(ConnectivityManager.NetworkCallback callback) {
      throw new SecurityException("android.permission.ACCESS_NETWORK_STATE");
    }
  }
}
