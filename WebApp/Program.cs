using WebApp;
using WebApp.Operations.Commands;
using WebApp.Platform.Startup;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

try
{
    await using var app = await App.BuildAsync(new() { Args = args });
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (StartupFaults.Explain(failure) is { Count: > 0 })
{
    foreach (var fault in StartupFaults.Explain(failure))
    {
        await Console.Error.WriteLineAsync($"WebApp cannot start: {fault}");
    }

    return 1;
}
