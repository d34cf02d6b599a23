using WebApp.Operations.Commands;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Commands;

/// <summary>Runs a command in this process, on a database, with something to read.</summary>
internal static class ConsoleCommand
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string database, string input, params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        using var reader = new StringReader(input);
        var code = await CommandLine.RunAsync(
            [
                .. arguments, "--environment=Development", $"--contentRoot={TestApp.ContentRoot}", $"--MASTER_KEY={TestApp.MasterKey}",
                "--Password:WorkFactor=4", $"--ConnectionStrings:Postgres={database}",
            ],
            output, errors, reader);
        return (code, output.ToString(), errors.ToString());
    }
}
