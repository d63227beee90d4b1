package dev.perennial.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** The mapper of all decoders without one of their own. Made when the first of them is made. */
final class SharedMapper {

  /**
   * Jackson's modules that add the types of the JDK and of Kotlin, and nothing else. They are
   * looked for by name: Jackson's own search registers whatever is on the class path, so that a
   * dependency could change what a stream means, and on Android it reads the whole archive.
   *
   * <p>perennial-http.pro keeps these names.
   */
  private static final List<String> MODULES =
      List.of(
          "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
          "com.fasterxml.jackson.datatype.jdk8.Jdk8Module",
          "com.fasterxml.jackson.module.kotlin.KotlinModule");

  static final JsonMapper MAPPER = mapper();

  private SharedMapper() {}

  /**
   * Unknown properties are ignored, since a server may add one at any time. A second value after
   * the first is an error, since part of the payload would be lost silently.
   */
  private static JsonMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    MODULES.forEach(name -> addIfPresent(builder, name));
    return builder.build();
  }

  private static void addIfPresent(JsonMapper.Builder builder, String name) {
    try {
      Class<?> module = Class.forName(name);
      builder.addModule((Module) module.getConstructor().newInstance());
    } catch (ReflectiveOperationException | LinkageError e) {
      // It is not there, or lacks what it needs. Jackson's words about a type name what is missing.
    }
  }
}
