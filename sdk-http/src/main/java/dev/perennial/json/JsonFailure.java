package dev.perennial.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.perennial.DecodingException;
import dev.perennial.internal.json.JsonWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in Jackson's words why a value cannot be read, and where. */
final class JsonFailure {
  private JsonFailure() {}

  /** Returns what to report of an exception of Jackson. */
  static DecodingException of(JsonProcessingException e) {
    DecodingException failure = new DecodingException(path(e) + reason(e) + place(e), e);
    return e instanceof InvalidDefinitionException ? failure.permanent() : failure;
  }

  private static String path(JsonProcessingException e) {
    List<String> steps = new ArrayList<>();
    if (e instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference step : mapping.getPath()) {
        String name = step.getFieldName();
        steps.add(name == null ? String.valueOf(step.getIndex()) : name);
      }
    }
    return JsonWords.path(steps);
  }

  private static String reason(JsonProcessingException e) {
    Throwable cause = e.getCause();
    if (cause instanceof JsonProcessingException inner) {
      return reason(inner);
    } else if (cause != null && !(cause instanceof JacksonException)) {
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

  private static @Nullable String valueIn(JsonProcessingException e) {
    if (e instanceof InvalidFormatException format) {
      return format.getValue() instanceof String text ? "\"" + text + "\"" : null;
    }
    return e instanceof InvalidTypeIdException type ? "'" + type.getTypeId() + "'" : null;
  }

  private static String place(JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    return place == null ? "" : JsonWords.place(place.getLineNr(), place.getColumnNr());
  }
}
