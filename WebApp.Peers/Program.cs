namespace WebApp.Peers;

/// <summary>Runs one reference application, named by the first argument, until it is killed. What it must know stands in the environment.</summary>
internal static class Program
{
    /// <summary>Reaches a database of the application's own.</summary>
    public const string DatabaseVariable = "PEER_DATABASE";

    private static readonly Dictionary<string, Func<WebApplicationBuilder, Task<WebApplication>>> Applications = new()
    {
        ["pages"] = PageApplication.BuildAsync,
        ["jwtbearer"] = JwtBearerApplication.BuildAsync,
        ["rotation"] = RotationApplication.BuildAsync,
        ["openiddict"] = OpenIddictApplication.BuildAsync,
        ["identity-api"] = IdentityApiApplication.BuildAsync,
    };

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["bare"]:
                await BareServer.RunAsync();
                return 0;
            case ["commit"]:
                await CommitServer.RunAsync();
                return 0;
            case [var name] when Applications.TryGetValue(name, out var build):
                await using (var app = await build(WebApplication.CreateBuilder()))
                {
                    await app.RunAsync();
                }

                return 0;
            default:
                await Console.Error.WriteLineAsync($"bare | commit | {string.Join(" | ", Applications.Keys)}");
                return 2;
        }
    }
}
