// For Android Studio, with the sources that Maven builds. Run `mvn install` in the parent folder for Perennial's jars.
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
