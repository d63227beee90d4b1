package dev.perennial.jackson3;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;

/** The mapper of all decoders without one of their own. Made when the first of them is made. */
final class SharedMapper {

  /** Jackson 3 has java.time and Optional built in. */
  private static final String KOTLIN = "tools.jackson.module.kotlin.KotlinModule";

  static final JsonMapper MAPPER = mapper();

  private SharedMapper() {}

  /** Set here, too, where it is Jackson's default: it is part of what this library says. */
  private static JsonMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    addIfPresent(builder, KOTLIN);
    return builder.build();
  }

  private static void addIfPresent(JsonMapper.Builder builder, String name) {
    try {
      Class<?> module = Class.forName(name);
      builder.addModule((JacksonModule) module.getConstructor().newInstance());
    } catch (ReflectiveOperationException | LinkageError e) {
      // It is not there, or lacks what it needs. Jackson's words about a type name what is missing.
    }
  }
}
