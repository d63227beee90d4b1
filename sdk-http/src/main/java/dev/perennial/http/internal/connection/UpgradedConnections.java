package dev.perennial.http.internal.connection;

import java.io.IOException;
import java.net.SocketException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** What a client needs besides, if its connections are to be upgraded to another protocol. */
public final class UpgradedConnections {

  /**
   * The size of the send buffer. The system would let it grow to several megabytes, which take
   * seconds on a slow link, and the answer to a ping would wait behind them.
   */
  private static final int SEND_BUFFER_BYTES = 128 * 1024;

  private UpgradedConnections() {}

  /**
   * Prepares a client.
   *
   * @param client the client that {@code builder} is derived from
   */
  public static void prepare(OkHttpClient.Builder builder, OkHttpClient client) {
    EventListener.Factory listeners = client.eventListenerFactory();
    builder.eventListenerFactory(call -> listeners.create(call).plus(new ConnectionOptions()));
    builder.interceptors().add(new ConnectTunnel());
    builder.networkInterceptors().add(UpgradedConnections::limitSendBuffer);
  }

  private static Response limitSendBuffer(Interceptor.Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection != null) {
      try {
        connection.socket().setSendBufferSize(SEND_BUFFER_BYTES);
      } catch (SocketException | UnsupportedOperationException e) {
        // The socket is closed, which the request will report, or cannot do it.
      }
    }
    return chain.proceed(chain.request());
  }

  /**
   * Lets OkHttp accept a 101 whose {@code Connection} has other options besides {@code Upgrade},
   * such as {@code Upgrade, keep-alive}, or several fields. RFC 6455, 4.1 asks for the option among
   * others, but OkHttp 5 compares the last field as a whole, and drops the connection.
   *
   * <p>OkHttp calls this with the response before it compares, and there is no other place to step
   * in. {@code UpgradeTest} fails if another version does it differently; then such a response is
   * refused in words, and all others are accepted as before.
   */
  private static final class ConnectionOptions extends EventListener {
    private static final String CONNECTION = "Connection";
    private static final String UPGRADE = "upgrade";

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      if (response.code() != 101 || !hasUpgradeOption(response)) {
        return;
      }
      try {
        String[] namesAndValues = response.headers().getNamesAndValues$okhttp();
        for (int i = 0; i < namesAndValues.length; i += 2) {
          if (namesAndValues[i].equalsIgnoreCase(CONNECTION)) {
            namesAndValues[i + 1] = UPGRADE;
          }
        }
      } catch (LinkageError e) {
        // Another version of OkHttp.
      }
    }

    private static boolean hasUpgradeOption(Response response) {
      for (String field : response.headers(CONNECTION)) {
        for (String option : field.split(",", -1)) {
          if (option.trim().equalsIgnoreCase(UPGRADE)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
