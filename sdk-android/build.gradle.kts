plugins {
    alias(libs.plugins.android.library)
}

android {
    namespace = "dev.perennial.android"
    compileSdk = 36

    defaultConfig {
        // perennial-core ships all rules that R8 needs.
        minSdk = 26
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    sourceSets.named("test") {
        java.srcDir("src/robolectric/java")
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all { it.useJUnitPlatform() }
    }
}

dependencies {
    api(libs.perennial.core)
    api(libs.jspecify)
    compileOnly(libs.errorprone.annotations)

    testImplementation(platform(libs.junit.bom))
    testImplementation(libs.junit.jupiter)
    testImplementation(libs.perennial.sse)
    testImplementation(libs.perennial.testkit)
    testImplementation(libs.robolectric)
    testRuntimeOnly(libs.junit.launcher)
    testRuntimeOnly(libs.junit.vintage)
}
