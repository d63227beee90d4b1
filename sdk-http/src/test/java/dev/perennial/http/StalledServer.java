package dev.perennial.http;

import dev.perennial.spi.StreamConnection;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * A server that opens a stream, says something and then nothing, with the connection open.
 *
 * @param client speaks the server's protocol
 */
record StalledServer(Closeable server, String url, OkHttpClient client) implements Closeable {

  /** Over HTTP/1.1 ("h1") or HTTP/2 ("h2"). */
  static StalledServer after(String text, String protocol) throws IOException {
    return after(text, protocol, new OkHttpClient());
  }

  static StalledServer after(String text, String protocol, OkHttpClient client) throws IOException {
    if (protocol.equals("h1")) {
      RawServer server =
          RawServer.start(
              peer -> {
                peer.openStream();
                peer.write(text);
                peer.awaitClose();
              });
      return new StalledServer(server, server.url(), client);
    }
    List<Protocol> protocols = List.of(Protocol.H2_PRIOR_KNOWLEDGE);
    MockWebServer server = new MockWebServer();
    server.setProtocols(protocols);
    server.start();
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", Lines.TYPE)
            .body(new LiveBody(text))
            .build());
    return new StalledServer(
        server, server.url("/").toString(), client.newBuilder().protocols(protocols).build());
  }

  StreamConnection connection() {
    return Lines.builder(url).client(client).connection();
  }

  StreamConnection open() throws IOException {
    StreamConnection connection = connection();
    connection.open();
    return connection;
  }

  @Override
  public void close() throws IOException {
    server.close();
    client.connectionPool().evictAll();
  }
}
