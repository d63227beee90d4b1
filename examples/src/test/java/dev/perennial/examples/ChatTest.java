package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.websocket.WebSocketSender.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the chat over a scripted server. */
@Timeout(60)
class ChatTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final EventRecorder<Chat.Message> recorder =
      EventRecorder.<Chat.Message>create().waitingAtMost(PATIENCE);

  @Test
  void whatIsSaidComesBack() throws Exception {
    try (ScriptedSockets server =
        ScriptedSockets.speaking(
            "chat.v2",
            socket -> {
              assertEquals("{\"join\":\"room42\",\"after\":null}", socket.read());
              socket.send(message(1, "welcome"));
              assertEquals("{\"say\":\"\\\"hello\\\"\"}", socket.read());
              socket.send(message(2, "\\\"hello\\\""));
            })) {
      Chat chat = new Chat(server.url("/chat"), "room42");
      chat.listen(recorder.listener());
      assertEquals("welcome", recorder.takeEvent().data().text());

      assertEquals(Outcome.ACCEPTED, chat.say("\"hello\""));

      assertEquals("\"hello\"", recorder.takeEvent().data().text());
      ReceivedRequest handshake = server.server().takeRequest(PATIENCE);
      assertEquals("chat.v2", handshake.header("Sec-WebSocket-Protocol"));
      recorder.close();
    }
  }

  @Test
  void nothingIsTakenWhileAwayAndTheRoomIsJoinedAfterTheLastMessage() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedSockets server =
        ScriptedSockets.speaking(
            "chat.v2",
            socket -> {
              socket.read();
              socket.send(message(7, "welcome"));
              socket.cut();
            },
            ScriptedSockets.opening(
                mayAnswer,
                socket -> {
                  assertEquals("{\"join\":\"room42\",\"after\":\"7\"}", socket.read());
                  socket.send(message(7, "welcome")); // Repeated, and its id is known.
                  socket.send(message(8, "missed"));
                  assertEquals("{\"say\":\"back again\"}", socket.read());
                  socket.send(message(9, "back again"));
                }))) {
      Chat chat = new Chat(server.url("/chat"), "room42");
      assertEquals(Outcome.NOT_CONNECTED, chat.say("not connected yet"));
      chat.listen(recorder.listener());
      assertEquals("7", recorder.takeEvent().id());
      server.server().takeRequest(PATIENCE);
      server.server().takeRequest(PATIENCE); // It joins again.

      assertEquals(Outcome.NOT_CONNECTED, chat.say("while away"));
      mayAnswer.countDown();

      assertEquals("8", recorder.takeEvent().id());
      assertEquals(Outcome.ACCEPTED, chat.say("back again"));
      assertEquals("9", recorder.takeEvent().id());
      recorder.close();
      recorder.subscription().awaitClosed();
      assertEquals(Outcome.CLOSED, chat.say("it is over"));
    }
  }

  @Test
  void serverThatSpeaksNoneOfTheSubprotocolsIsRefused() throws Exception {
    try (ScriptedSockets server = ScriptedSockets.start(socket -> {})) {
      new Chat(server.url("/chat"), "room42").listen(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(StreamException.Reason.PROTOCOL, failure.reason());
      assertEquals(
          "Expected a subprotocol of [chat.v2] in the handshake but was none from ws://"
              + server.authority()
              + "/chat",
          failure.getMessage());
    }
  }

  private static String message(int id, String text) {
    return "{\"id\":\"" + id + "\",\"room\":\"room42\",\"text\":\"" + text + "\"}";
  }
}
