package dev.perennial.http.internal.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The media types that open a stream: how they are asked for, and how a response is checked. */
public final class AcceptedTypes {

  /** Accepts whatever comes, and also a response that does not say what it is. */
  private static final String ANY = "*/*";

  private final String header;

  // Without parameters, in lower case.
  private final List<String> asked;
  private final List<String> types;

  private AcceptedTypes(String header, List<String> asked, List<String> types) {
    this.header = header;
    this.asked = asked;
    this.types = types;
  }

  public static AcceptedTypes of(List<String> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("accept needs at least one content type");
    }
    for (String range : ranges) {
      Objects.requireNonNull(range, "content type");
      if (!isMediaRange(range)) {
        throw new IllegalArgumentException(
            "accept must be a content type such as text/event-stream but was \"" + range + "\"");
      }
    }
    List<String> asked = withoutParameters(ranges);
    return new AcceptedTypes(String.join(", ", ranges), asked, asked);
  }

  /** RFC 9110, 8.3.1; the parameters only as far as a header can be built from them. */
  private static boolean isMediaRange(String range) {
    int semicolon = range.indexOf(';');
    String type = semicolon < 0 ? range : range.substring(0, semicolon).replaceFirst(" +$", "");
    String parameters = semicolon < 0 ? "" : range.substring(semicolon);
    int slash = type.indexOf('/');
    return slash > 0
        && HeaderRules.isToken(type.substring(0, slash))
        && HeaderRules.isToken(type.substring(slash + 1))
        && parameters.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Returns these and others, which also open the stream but are not asked for. */
  public AcceptedTypes and(List<String> unasked) {
    List<String> all = new ArrayList<>(types);
    all.addAll(withoutParameters(unasked));
    return new AcceptedTypes(header, asked, all);
  }

  /** Returns these and others, which are asked for after them. */
  public AcceptedTypes orAsked(AcceptedTypes others) {
    List<String> both = new ArrayList<>(asked);
    both.addAll(others.asked);
    List<String> all = new ArrayList<>(types);
    all.addAll(others.types);
    return new AcceptedTypes(header + ", " + others.header, both, all);
  }

  private static List<String> withoutParameters(List<String> ranges) {
    List<String> types = new ArrayList<>();
    for (String range : ranges) {
      types.add(withoutParameters(range));
    }
    return types;
  }

  /** Returns the value of the {@code Accept} header. */
  public String header() {
    return header;
  }

  /** Whether a response of this content type opens the stream; null when it has none. */
  public boolean accepts(@Nullable String contentType) {
    if (types.contains(ANY)) {
      return true;
    }
    if (contentType == null) {
      return false;
    }
    String actual = withoutParameters(contentType);
    int slash = actual.indexOf('/');
    return types.contains(actual)
        || (slash > 0 && types.contains(actual.substring(0, slash) + "/*"));
  }

  private static String withoutParameters(String contentType) {
    return contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  /** Names what is asked for; the other names of the same formats would help nobody. */
  @Override
  public String toString() {
    return String.join(" or ", asked);
  }
}
