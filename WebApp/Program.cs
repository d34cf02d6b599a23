using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using WebApp;
using WebApp.Hosting;

try
{
    await using var app = await App.BuildAsync(new() { Args = args });
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is StartupException or OptionsValidationException or IOException { InnerException: AddressInUseException })
{
    foreach (var line in failure is OptionsValidationException invalid ? invalid.Failures : [failure.Message])
    {
        await Console.Error.WriteLineAsync($"WebApp cannot start: {line}");
    }

    return 1;
}
