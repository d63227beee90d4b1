package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.message.CursorLocation;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeBuilderTest {
  private static final String URL = "http://localhost/lines";
  private static final RequestBody BODY = RequestBody.create("{}", MediaType.get("text/json"));

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "ws://localhost", "http://", "http://a b/", "/lines"})
  void aBadUrlIsRefusedInWords(String url) {
    assertEquals(
        "url must start with http:// or https:// and name a host but was \"" + url + "\"",
        refusal(() -> Lines.builder(url)));
  }

  @Test
  void aBadUrlIsShownWithoutItsSecrets() {
    String message = refusal(() -> Lines.builder("htps://user:canary1@host/path?token=canary2"));

    assertFalse(message.contains("canary"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X Key", "X:Key", "X\r\nKey", "Schlüssel"})
  void aHeaderNameIsAToken(String name) {
    assertThrows(IllegalArgumentException.class, () -> Lines.builder(URL).header(name, "value"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary\r\nX: y", "canary\n", "\rcanary", "canary\0"})
  void aHeaderValueWithCrLfOrNulIsRefusedAndNotShown(String value) {
    assertEquals(
        "header X-Key must not contain CR, LF or NUL but its value does",
        refusal(() -> Lines.builder(URL).header("X-Key", value)));
  }

  @Test
  void acceptEncodingIsRefused() {
    String words =
        "header Accept-Encoding is set by this library: gzip() asks for the only coding it knows";
    Request request = new Request.Builder().url(URL).header("Accept-Encoding", "br").build();

    assertEquals(words, refusal(() -> Lines.builder(URL).header("accept-encoding", "gzip")));
    assertEquals(words, refusal(() -> Lines.builder(request)));
  }

  @Test
  void theCursorsHeaderIsRefused() {
    assertEquals(
        "header last-event-id is where the cursor goes: set it with withCursor() on the stream",
        refusal(() -> Lines.builder(URL).header("last-event-id", "5")));
    assertEquals(
        "cursorHeader \"X-Since\" cannot be combined with header(\"X-Since\", …)",
        conflict(() -> Lines.builder(URL).header("X-Since", "5").cursorHeader("X-Since")));
  }

  @Test
  void theCursorGoesToOnePlace() {
    assertEquals(
        "cursorParameter(\"since\") cannot be combined with cursorHeader(\"X-Since\"): the cursor"
            + " goes to one place",
        conflict(() -> Lines.builder(URL).cursorHeader("X-Since").cursorParameter("since")));
    assertEquals(
        "cursorHeader(\"X-Since\") cannot be combined with cursorParameter(\"since\"): the cursor"
            + " goes to one place",
        conflict(() -> Lines.builder(URL).cursorParameter("since").cursorHeader("X-Since")));
  }

  @Test
  void oneAuthorizationIsEnough() {
    Credentials credentials = () -> "Bearer x";
    Request request = new Request.Builder().url(URL).header("authorization", "y").build();

    assertEquals(
        "credentials(…) cannot be combined with header(\"Authorization\", …)",
        conflict(() -> Lines.builder(URL).header("Authorization", "y").credentials(credentials)));
    assertEquals(
        "header(\"authorization\", …) cannot be combined with credentials(…)",
        conflict(() -> Lines.builder(URL).credentials(credentials).header("authorization", "y")));
    assertEquals(
        "credentials(…) cannot be combined with a request that has an Authorization header",
        conflict(() -> Lines.builder(request).credentials(credentials)));
    assertEquals(
        "credentials(…) cannot be combined with cursorHeader(\"Authorization\")",
        conflict(() -> Lines.builder(URL).cursorHeader("Authorization").credentials(credentials)));
    assertEquals(
        "cursorHeader \"Authorization\" cannot be combined with credentials(…)",
        conflict(() -> Lines.builder(URL).credentials(credentials).cursorHeader("Authorization")));
  }

  @Test
  void aRequestSourceMustNotAuthoriseBesideCredentials() {
    Lines.Builder lines =
        Lines.builder(
                attempt -> new Request.Builder().url(URL).header("Authorization", "y").build())
            .credentials(() -> "Bearer x");

    TransportException e = assertThrows(TransportException.class, lines::open);

    assertEquals(
        "credentials(…) cannot be combined with a request that has an Authorization header",
        e.getMessage());
    assertTrue(e.isPermanent());
  }

  @Test
  void whatStandsBetweenTellsAllThatTheTransportTells() {
    var transport =
        Lines.builder("http://user:pw@localhost:7/lines?x")
            .credentials(() -> "Bearer x")
            .endsWithBody()
            .classified();

    assertEquals("ClassifyingTransport", transport.getClass().getSimpleName());
    assertEquals("http://localhost:7/lines", transport.endpoint());
    assertEquals("localhost:7", transport.host());
    assertTrue(transport.hasCredentials());
    assertFalse(Lines.builder(URL).endsWithBody().classified().hasCredentials());
  }

  @Test
  void theHostOfARequestSourceIsKnownOnceItHasMadeARequest() {
    var transport =
        Lines.builder(attempt -> new Request.Builder().url("http://127.0.0.1:1/lines").build())
            .classified();
    assertEquals("the stream", transport.host());

    assertThrows(IOException.class, () -> transport.newConnection(new TestAttempt()).open());

    assertEquals("127.0.0.1:1", transport.host());
  }

  @Test
  void theLastOfOneKindOfPlaceCounts() {
    assertEquals(
        new CursorLocation.Parameter("after"),
        Lines.builder(URL).cursorParameter("since").cursorParameter("after").cursorLocation());
  }

  @ParameterizedTest
  @EnumSource(
      value = Protocol.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
  void onlyAVersionThatCanBeSpokenAloneIsPinned(Protocol version) {
    assertEquals(
        "httpVersion must be http/1.1 or h2_prior_knowledge, since OkHttp speaks no other alone,"
            + " but was "
            + version,
        refusal(() -> Lines.builder(URL).httpVersion(version)));
  }

  @Test
  void maxEventBytesIsPositive() {
    assertEquals(
        "maxEventBytes must be positive but was 0",
        refusal(() -> Lines.builder(URL).maxEventBytes(0)));
  }

  @Test
  void aBodyThatIsWrittenOnceIsNotSentAgain() {
    String words =
        "resendAfterEvents() cannot be combined with post(body) when the body is one-shot: it can"
            + " be written once only";

    assertEquals(words, conflict(() -> Lines.builder(URL).post(new OneShot()).resendAfterEvents()));
    assertEquals(words, conflict(() -> Lines.builder(URL).resendAfterEvents().post(new OneShot())));
  }

  @Test
  void aDuplexBodyIsRefused() {
    assertEquals(
        "post(body) must be written whole but the body is duplex",
        refusal(() -> Lines.builder(URL).post(new Duplex())));
  }

  @Test
  void twoBodiesAreRefused() {
    Request request = new Request.Builder().url(URL).post(BODY).build();

    assertEquals(
        "post(body) cannot be combined with a request that has a body",
        conflict(() -> Lines.builder(request).post(BODY)));
  }

  @Test
  void endsWithBodyContradictsAMarker() {
    assertEquals(
        "endsWithBody() cannot be combined with endsAt() or endsAfter(): a body that is over"
            + " before them is incomplete",
        conflict(() -> Lines.builder(URL).endsWithBody().endsAt(p -> true).stream()));
  }

  @Test
  void aStreamStaysAsItWasWhenTheBuilderGoesOn() {
    Lines.Builder builder = Lines.builder(URL);
    var before = builder.transport();

    builder.endsWithBody();

    assertEquals(HttpTransport.class, before.getClass());
    assertEquals("ClassifyingTransport", builder.classified().getClass().getSimpleName());
  }

  @Test
  void withoutClassificationNothingStandsBetween() {
    assertEquals(HttpTransport.class, Lines.builder(URL).classified().getClass());
  }

  @Test
  void theEndpointIsTheRedactedUrlWhenItIsKnown() {
    assertEquals(
        "https://host/a", Lines.builder("https://user:pw@host/a?b=c").classified().endpoint());
    assertEquals(
        "the stream",
        Lines.builder(attempt -> new Request.Builder().url(URL).build()).classified().endpoint());
  }

  private static String refusal(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  private static String conflict(Executable action) {
    return assertThrows(IllegalStateException.class, action).getMessage();
  }

  private static class OneShot extends RequestBody {
    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.writeUtf8("once");
    }
  }

  private static final class Duplex extends OneShot {
    @Override
    public boolean isDuplex() {
      return true;
    }
  }
}
