package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A chat room: messages come as a stream and go out by POST, on one client. */
final class Chat {

  /** What somebody said. */
  record Message(String id, String room, String text) {}

  private final OkHttpClient client;
  private final HttpUrl room;

  Chat(OkHttpClient client, HttpUrl room) {
    this.client = client;
    this.room = room;
  }

  StreamSubscription listen(StreamListener<Message> listener) {
    EventStream<Message> messages =
        Sse.builder(room.toString()).client(client).stream(Message.class);
    return messages.subscribe(listener);
  }

  /**
   * Says something.
   *
   * @throws IOException when it was not taken
   */
  void say(String text) throws IOException {
    Request request =
        new Request.Builder()
            .url(room)
            .post(new FormBody.Builder().add("say", text).build())
            .build();
    try (Response response = client.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("Expected the message to be taken but was " + response.code());
      }
    }
  }
}
