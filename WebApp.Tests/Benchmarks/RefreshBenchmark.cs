namespace WebApp.Tests.Benchmarks;
internal static class RefreshBenchmark { public static Task RunAsync(TextWriter output) => Task.CompletedTask; }
