using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Startup;

/// <summary>Where settings come from, and which wins.</summary>
[Category("Process")]
public sealed class SettingsTests
{
    private const string SecretKey = "a secret key of forty bytes, from a file";

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("webapp-settings-");

    [TearDown]
    public void DeleteDirectory() => root.Delete(recursive: true);

    [Test]
    public async Task The_env_file_the_environment_and_a_directory_of_secrets_are_read_and_the_later_wins()
    {
        await File.WriteAllTextAsync(
            Path.Combine(root.FullName, ".env"),
            $"""
            # A comment.
            SECRET_KEY="{SecretKey}"
            export ACCESS_TOKEN_EXPIRE_MINUTES=7
            App__Name=From the file
            Tokens__Audience=from-the-file
            """);
        var secrets = root.CreateSubdirectory("secrets");
        await File.WriteAllTextAsync(Path.Combine(secrets.FullName, "Tokens__Audience"), "from-a-secret\n");
        await using var scene = await TestApp.StartAsync();
        var user = await scene.CreateUserAsync();

        await using var app = await AppProcess.StartAsync(
            scene.ConnectionString,
            $"ASPNETCORE_CONTENTROOT={root.FullName}", $"SECRETS_DIRECTORY={secrets.FullName}", "App__Name=From the environment", "Tokens__Audience=from-the-environment");

        using var http = app.NewClient();
        var answer = await new ApiClient(http).PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        var token = answer.Tokens.Access;
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Json.GetProperty("expires_in").GetInt32(), Is.EqualTo(7 * 60));
            Assert.That(IsSignedWith(SecretKey, token), Is.True);
            Assert.That(claims.RootElement.GetProperty("aud").GetString(), Is.EqualTo("from-a-secret"));
            Assert.That(await http.GetStringAsync(new Uri("/login", UriKind.Relative)), Does.Contain("From the environment").And.Not.Contain("From the file"));
        }
    }

    private static bool IsSignedWith(string secret, string token)
    {
        var dot = token.LastIndexOf('.');
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(token[..dot]));
        return Base64Url.EncodeToString(signature) == token[(dot + 1)..];
    }
}
