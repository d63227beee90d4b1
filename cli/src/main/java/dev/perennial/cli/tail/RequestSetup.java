package dev.perennial.cli.tail;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.http.HttpStreamBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** What is sent with each request of {@code tail}, and over which client. */
final class RequestSetup implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");

  private final RequestOptions options;
  private final OptionValues values;
  private final List<Header> headers = new ArrayList<>();
  private final TailClient client;

  /** Null for a GET. */
  private final @Nullable RequestBody body;

  /** Null without {@code --token-command}. */
  private final @Nullable TokenCommand token;

  /** A value of {@code --header}. */
  private record Header(String name, String value) {}

  /**
   * Reads the options.
   *
   * @throws picocli.CommandLine.ParameterException when one is invalid
   */
  RequestSetup(RequestOptions options, OptionValues values) {
    this.options = options;
    this.values = values;
    options.headers.forEach(header -> headers.add(header(header)));
    this.body = options.body == null ? null : body(options.body);
    this.client = new TailClient(options, values);
    this.token = token();
  }

  boolean isPost() {
    return body != null;
  }

  boolean hasHeader(String name) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  /** Whether the last response may be NDJSON, by its content type. */
  boolean mayBeNdjson() {
    return client.mayBeNdjson();
  }

  /** Sets what requests of all transports have. */
  void apply(ExchangeBuilder<?> builder) {
    builder.client(client.client());
    headers.forEach(header -> addHeader(header, builder));
    if (token == null) {
      return;
    }
    try {
      builder.credentials(token);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw values.invalid("--token-command cannot be combined with --header 'Authorization: ...'");
    }
  }

  /** Sets what only requests over HTTP have. */
  void applyToHttp(HttpStreamBuilder<?> builder, boolean isTls) {
    if (options.isCompressed) {
      builder.gzip();
    }
    if (options.isHttp2 && !isTls) { // TLS negotiates it.
      builder.httpVersion(Protocol.H2_PRIOR_KNOWLEDGE);
    }
    if (body == null) {
      return;
    }
    builder.post(body);
    if (options.isResent) {
      builder.resendAfterEvents();
    } else {
      builder.endsWithBodyOrClose();
    }
  }

  private Header header(String header) {
    int colon = header.indexOf(':');
    if (colon < 0) {
      throw values.invalid("--header must be 'Name: value'" + OptionValues.butWas(header));
    }
    String name = header.substring(0, colon).strip();
    if (name.equalsIgnoreCase("Last-Event-ID")) {
      throw values.invalid("--header must not set Last-Event-ID: use --last-event-id");
    }
    return new Header(name, header.substring(colon + 1).strip());
  }

  private void addHeader(Header header, ExchangeBuilder<?> builder) {
    try {
      builder.header(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      throw values.invalid("--header: " + e.getMessage());
    }
  }

  private RequestBody body(String text) {
    MediaType type = bodyType();
    if (!text.startsWith("@")) {
      return RequestBody.create(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), type);
    }
    try {
      return RequestBody.create(Files.readAllBytes(Path.of(text.substring(1))), type);
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw values.invalid("--body cannot read the file: " + e);
    }
  }

  /** Takes the type out of the headers, since the body brings it. */
  private MediaType bodyType() {
    for (Header header : List.copyOf(headers)) {
      if (header.name().toLowerCase(Locale.ROOT).equals("content-type")) {
        headers.remove(header);
        MediaType type = MediaType.parse(header.value());
        if (type == null) {
          throw values.invalid(
              "--header Content-Type must be a content type" + OptionValues.butWas(header.value()));
        }
        return type;
      }
    }
    return JSON;
  }

  private @Nullable TokenCommand token() {
    if (options.tokenCommand == null) {
      return null;
    }
    if (options.tokenCommand.isBlank()) {
      throw values.invalid(
          "--token-command must not be blank" + OptionValues.butWas(options.tokenCommand));
    }
    return new TokenCommand(options.tokenCommand);
  }

  /** Kills the token command if it is running. */
  @Override
  public void close() {
    if (token != null) {
      token.close();
    }
  }
}
