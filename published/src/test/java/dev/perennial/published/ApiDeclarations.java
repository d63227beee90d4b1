package dev.perennial.published;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Prints the declarations of a type and its members in a form close to Java. */
final class ApiDeclarations {
  private static final int SHOWN_MODIFIERS =
      Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;

  private final Class<?> type;
  private final Predicate<Class<?>> isApi;
  private final ApiTypeNames names;

  ApiDeclarations(Class<?> type, Predicate<Class<?>> isApi) {
    this.type = type;
    this.isApi = isApi;
    this.names = new ApiTypeNames(type.getPackageName());
  }

  String type() {
    String components =
        type.isRecord()
            ? Arrays.stream(type.getRecordComponents())
                .map(part -> names.of(part.getAnnotatedType()) + " " + part.getName())
                .collect(Collectors.joining(", ", "(", ")"))
            : "";
    return annotations(type)
        + typeModifiers()
        + kind()
        + " "
        + names.of(type)
        + names.variables(type.getTypeParameters())
        + components
        + supertypes()
        + permitted();
  }

  private String typeModifiers() {
    int shown = SHOWN_MODIFIERS;
    if (type.isInterface() || type.isEnum()) {
      shown &= ~(Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL);
    }
    if (type.isRecord()) {
      shown &= ~(Modifier.STATIC | Modifier.FINAL);
    }
    String text = Modifier.toString(type.getModifiers() & shown) + " ";
    return type.isSealed() && !type.isEnum() ? text + "sealed " : text;
  }

  private String kind() {
    if (type.isAnnotation()) {
      return "@interface";
    }
    if (type.isInterface()) {
      return "interface";
    }
    if (type.isEnum()) {
      return "enum";
    }
    return type.isRecord() ? "record" : "class";
  }

  /** Skips superclasses that are not API; their members are listed with those of the type. */
  private String supertypes() {
    AnnotatedType superclass = type.getAnnotatedSuperclass();
    Class<?> current = type;
    while (superclass != null && !isApi.test(current.getSuperclass())) {
      current = current.getSuperclass();
      superclass = current.getAnnotatedSuperclass();
    }
    List<String> interfaces = new ArrayList<>();
    for (int i = 0; i < type.getInterfaces().length; i++) {
      if (isApi.test(type.getInterfaces()[i])) {
        interfaces.add(names.of(type.getAnnotatedInterfaces()[i]));
      }
    }
    boolean isImplicit =
        superclass == null
            || type.isEnum()
            || type.isRecord()
            || current.getSuperclass() == Object.class;
    return (isImplicit ? "" : " extends " + names.of(superclass))
        + list(type.isInterface() ? " extends " : " implements ", interfaces);
  }

  private String permitted() {
    if (!type.isSealed() || type.isEnum()) {
      return "";
    }
    List<String> permitted =
        Arrays.stream(type.getPermittedSubclasses())
            .map(each -> isApi.test(each) ? names.of(each) : "...")
            .distinct()
            .toList();
    return list(" permits ", permitted);
  }

  String member(Member member) {
    String annotations = annotations((AnnotatedElement) member);
    return member instanceof Field field
        ? annotations + field(field)
        : annotations + executable((Executable) member);
  }

  private String field(Field field) {
    return field.isEnumConstant()
        ? "enum constant " + field.getName()
        : modifiers(field) + names.of(field.getAnnotatedType()) + " " + field.getName();
  }

  private String executable(Executable executable) {
    String variables = names.variables(executable.getTypeParameters());
    String signature =
        executable instanceof Constructor
            ? "new"
            : names.of(executable.getAnnotatedReturnType()) + " " + executable.getName();
    List<String> parameters =
        Arrays.stream(executable.getParameters()).map(this::parameter).toList();
    List<String> thrown =
        Arrays.stream(executable.getAnnotatedExceptionTypes()).map(names::of).toList();
    return modifiers(executable)
        + (variables.isEmpty() ? "" : variables + " ")
        + signature
        + "("
        + String.join(", ", parameters)
        + ")"
        + list(" throws ", thrown);
  }

  private String parameter(Parameter parameter) {
    String text = names.of(parameter.getAnnotatedType());
    return parameter.isVarArgs() ? text.replaceFirst("\\[]$", "...") : text;
  }

  private static String modifiers(Member member) {
    boolean isDefault = member instanceof Method method && method.isDefault();
    return Modifier.toString(member.getModifiers() & SHOWN_MODIFIERS)
        + (isDefault ? " default " : " ");
  }

  private static String annotations(AnnotatedElement element) {
    String deprecated = element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
    boolean isFunctional = element.isAnnotationPresent(FunctionalInterface.class);
    return deprecated + (isFunctional ? "@FunctionalInterface " : "");
  }

  private static String list(String prefix, List<String> elements) {
    return elements.isEmpty() ? "" : prefix + String.join(", ", elements);
  }
}
