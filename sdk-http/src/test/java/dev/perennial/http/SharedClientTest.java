package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamRuntime;
import java.net.Socket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class SharedClientTest {

  @Test
  void itsSocketsSendAtOnce() throws Exception {
    OkHttpClient client = SharedClient.of(StreamRuntime.builder().build());
    boolean[] isWithoutDelay = {false};
    OkHttpClient looking =
        client
            .newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  Socket socket = chain.connection().socket();
                  isWithoutDelay[0] = socket.getTcpNoDelay();
                  return chain.proceed(chain.request());
                })
            .build();
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(new MockResponse(200, Headers.EMPTY, ""));

      Request request = new Request.Builder().url(server.url("/")).build();
      try (Response response = looking.newCall(request).execute()) {
        assertTrue(response.isSuccessful());
      }
    }
    assertTrue(isWithoutDelay[0]);
  }

  @Test
  void theSocketsOfACallersClientAreItsOwn() throws Exception {
    OkHttpClient callers = new OkHttpClient();
    StreamRuntime runtime = StreamRuntime.builder().resource(OkHttpClient.class, callers).build();

    assertSame(callers, SharedClient.of(runtime));
    try (Socket socket = callers.socketFactory().createSocket()) {
      assertFalse(socket.getTcpNoDelay());
    }
  }
}
