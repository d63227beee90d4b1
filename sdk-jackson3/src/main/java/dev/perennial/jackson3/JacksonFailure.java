package dev.perennial.jackson3;

import dev.perennial.DecodingException;
import dev.perennial.internal.json.JsonWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in Jackson's words why a value cannot be read, and where. */
final class JacksonFailure {
  private JacksonFailure() {}

  /** Returns what to report of an exception of Jackson. */
  static DecodingException of(JacksonException e) {
    DecodingException failure = new DecodingException(path(e) + reason(e) + place(e), e);
    return e instanceof InvalidDefinitionException ? failure.permanent() : failure;
  }

  private static String path(JacksonException e) {
    List<String> steps = new ArrayList<>();
    for (JacksonException.Reference step : e.getPath()) {
      String name = step.getPropertyName();
      steps.add(name == null ? String.valueOf(step.getIndex()) : name);
    }
    return JsonWords.path(steps);
  }

  private static String reason(JacksonException e) {
    Throwable cause = e.getCause();
    if (cause instanceof JacksonException inner) {
      return reason(inner);
    } else if (cause != null) {
      return JsonWords.ofTypesOwnCode(cause);
    }
    String words = e.getOriginalMessage();
    if (e instanceof InvalidDefinitionException
        || e instanceof UnrecognizedPropertyException
        || e instanceof StreamConstraintsException) {
      return JsonWords.withNames(words);
    }
    return e instanceof StreamReadException
        ? JsonWords.ofParser(words)
        : JsonWords.withoutValue(words, valueIn(e));
  }

  private static @Nullable String valueIn(JacksonException e) {
    if (e instanceof InvalidFormatException format) {
      return format.getValue() instanceof String text ? "\"" + text + "\"" : null;
    }
    return e instanceof InvalidTypeIdException type ? "'" + type.getTypeId() + "'" : null;
  }

  private static String place(JacksonException e) {
    TokenStreamLocation place = e.getLocation();
    return place == null ? "" : JsonWords.place(place.getLineNr(), place.getColumnNr());
  }
}
