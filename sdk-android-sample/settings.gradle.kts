// For Android Studio, over the sources that Maven builds. Perennial's jars come from `mvn install` in the folder above.
pluginManagement {
    repositories {
        google()
        mavenCentral()
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
        mavenLocal()
    }
}

rootProject.name = "perennial-sample"

include(":perennial-android")
project(":perennial-android").projectDir = file("../sdk-android")
