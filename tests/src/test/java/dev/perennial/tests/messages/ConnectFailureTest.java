package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.tests.UnconnectedSockets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message says why no connection was made, and what to look at. */
class ConnectFailureTest extends FailureMessageTest {
  @Test
  void refusedConnectionSuggestsThePort() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = unused.getLocalPort();
    }

    StreamException failure = Failures.of(Sse.stream("http://127.0.0.1:" + port + "/ticks?key=x"));

    assertEquals(Reason.CONNECT, failure.reason());
    assertEquals(
        "Could not connect to http://HERE/ticks: the connection was refused; check the port, and"
            + " that the server is running",
        said(failure, port));
  }

  @Test
  void unknownHostSuggestsTheName() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .dns(
                name -> {
                  throw new UnknownHostException(name);
                })
            .build();

    StreamException failure =
        Failures.of(Sse.builder("http://tikcs.test/").client(client).stream());

    assertEquals(
        "Could not connect to http://tikcs.test/: the name of the host is not known; check the"
            + " name, and the network connection",
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Network is unreachable | the network is unreachable; check the network connection",
        "connect failed: ENETUNREACH (Network is unreachable)"
            + " | the network is unreachable; check the network connection",
        "No route to host | there is no route to the host; check the network, and a VPN or firewall"
            + " on the way",
        "Permission denied | the system does not permit this program to connect; check the firewall"
            + " and, on Android, the INTERNET permission",
        "Operation not permitted | the system does not permit this program to connect; check the"
            + " firewall and, on Android, the INTERNET permission",
        "Too many open files | this process has too many open files or sockets; check what does not"
            + " close them",
        "Connection timed out | connecting timed out; check the address, and whether a firewall"
            + " drops packets",
      })
  void errorOfTheSystemIsExplained(String report, String words) throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder().socketFactory(failing(new SocketException(report))).build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals("Could not connect to http://127.0.0.1:1/ticks: " + words, failure.getMessage());
  }

  @Test
  void connectTimeoutSuggestsAFirewall() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .socketFactory(failing(new SocketTimeoutException("Connect timed out")))
            .build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals(
        "Could not connect to http://127.0.0.1:1/ticks: connecting timed out; check the address,"
            + " and whether a firewall drops packets",
        failure.getMessage());
  }

  @Test
  void mostInformativeFailureOfSeveralAddressesIsReported() throws Exception {
    ConnectException refused = new ConnectException("Connection refused");
    SocketException unreachable = new SocketException("Network is unreachable");
    unreachable.addSuppressed(refused); // As OkHttp does with those after the first.
    OkHttpClient client = new OkHttpClient.Builder().socketFactory(failing(unreachable)).build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals(
        "Could not connect to http://127.0.0.1:1/ticks: the connection was refused; check the"
            + " port, and that the server is running",
        failure.getMessage());
  }

  private static SocketFactory failing(IOException failure) {
    return new FailingSockets(failure);
  }

  /** Sockets that cannot be connected. */
  private static final class FailingSockets extends UnconnectedSockets {
    private final IOException failure;

    FailingSockets(IOException failure) {
      this.failure = failure;
    }

    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
          throw failure;
        }
      };
    }
  }
}
