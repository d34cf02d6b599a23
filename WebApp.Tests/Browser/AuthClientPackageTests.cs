using System.Diagnostics;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>The npm package of the client module holds every module that the site serves for it, and its types.</summary>
[Category("Process")]
public sealed class AuthClientPackageTests
{
    [Test]
    public async Task The_package_has_the_modules_their_imports_and_the_types()
    {
        var root = Path.Combine(TestApp.ContentRoot, "..");
        var modules = Path.Combine(TestApp.ContentRoot, "wwwroot", "js");
        using var npm = Start(Path.Combine(root, "packages", "auth-client"));
        var output = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        Assert.That(npm.ExitCode, Is.Zero, output[1]);

        var packed = JsonDocument.Parse(output[0]).RootElement[0].GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!).ToArray();

        var imported = packed.Where(file => file.EndsWith(".js", StringComparison.Ordinal))
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(modules, file)), "from '\\./([^']+)'").Select(import => import.Groups[1].Value));
        Assert.That(packed, Is.SupersetOf(imported.Concat(["auth-client.js", "auth-client.d.ts", "README.md"])));
    }

    private static Process Start(string folder)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("npm", ["pack", "--dry-run", "--json", "--silent"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("cannot run here: npm is not installed (Debian packages nodejs and npm)");
            throw;
        }
    }
}
