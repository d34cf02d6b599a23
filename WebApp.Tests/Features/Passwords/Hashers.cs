using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Hashers that are quick enough to test with.</summary>
internal static class Hashers
{
    /// <summary>The cheapest work factor there is, unless the test is about another.</summary>
    public static PasswordHasher With(int workFactor = 4, IBcrypt? library = null) => new(Options.Create(new PasswordOptions { WorkFactor = workFactor }), library);
}
