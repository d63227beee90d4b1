package dev.perennial.cli;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.subjects.Subjects;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose the clients to be tried. */
final class SubjectOptions {
  private static final String ALL = "all";

  @Option(
      names = "--subject",
      paramLabel = "<name>",
      split = ",",
      description = {
        "try this client; may be given several times (default: perennial). One of perennial,"
            + " okhttp-sse, okhttp-eventsource, jdk-websocket, okhttp-websocket, chromium,"
            + " node-eventsource; or 'all' of them; or the full name of a class that implements"
            + " ClientUnderTest and has a public constructor without arguments"
      })
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--class-path",
      paramLabel = "<path>",
      description = "where the classes of --subject are: jars and folders, as for java -cp")
  private @Nullable String classPath;

  /**
   * A client that was chosen.
   *
   * @param option what {@code --subject} has to say for it
   * @param client to be closed by who runs it
   * @param isNamed whether it was asked for by its own name
   */
  record Chosen(String option, ClientUnderTest client, boolean isNamed) {

    /** Why it cannot be run here; null when it can. */
    @Nullable String unavailable() {
      return Subjects.unavailable(client);
    }
  }

  /** The clients, each once, in the order of the options; never none. */
  List<Chosen> chosen(OptionValues values) {
    ClassLoader loader = loader(values);
    Set<String> wanted = new LinkedHashSet<>(names.isEmpty() ? List.of("perennial") : names);
    if (wanted.remove(ALL)) {
      wanted.addAll(Subjects.names());
    }
    List<Chosen> chosen = new ArrayList<>();
    for (String name : wanted) {
      ClientUnderTest client = Subjects.named(name);
      chosen.add(
          new Chosen(
              classPath == null || client != null ? name : name + " --class-path " + classPath,
              client == null ? ofClass(name, loader, values) : client,
              names.isEmpty() || names.contains(name)));
    }
    return chosen;
  }

  private ClassLoader loader(OptionValues values) {
    ClassLoader own = SubjectOptions.class.getClassLoader();
    if (classPath == null) {
      return own;
    }
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!Files.exists(path)) {
        throw values.refused(
            "--class-path must be of jars and folders that there are"
                + OptionValues.wasText(entry));
      }
      try {
        urls.add(path.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException("A file has a URL: " + path, e);
      }
    }
    // Open until the process ends: the client may load classes whenever it likes.
    return new URLClassLoader(urls.toArray(new URL[0]), own);
  }

  private static ClientUnderTest ofClass(String name, ClassLoader loader, OptionValues values) {
    try {
      Class<?> type = Class.forName(name, true, loader);
      if (!ClientUnderTest.class.isAssignableFrom(type)) {
        throw values.refused(
            "--subject must be a class that implements "
                + ClientUnderTest.class.getName()
                + OptionValues.wasText(name));
      }
      return (ClientUnderTest) type.getConstructor().newInstance();
    } catch (ClassNotFoundException | LinkageError e) {
      throw values.refused(unknown(name));
    } catch (InvocationTargetException e) {
      throw values.refused("--subject " + name + " could not be made: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw values.refused(
          "--subject must be a public class with a public constructor without arguments"
              + OptionValues.wasText(name));
    }
  }

  private static String unknown(String name) {
    if (name.contains(".")) {
      return "--subject must be a class on the class path"
          + OptionValues.wasText(name)
          + "; --class-path says where else to look";
    }
    return "--subject must be all, "
        + String.join(", ", Subjects.names())
        + " or the full name of a class"
        + OptionValues.wasText(name);
  }
}
