using Microsoft.AspNetCore.Identity;
using WebApp.Platform.Data;

namespace WebApp.Features.Passwords;

/// <summary>Stands where Identity's UserManager wants a hasher, so that no call of it gets round the queue.</summary>
internal sealed class RefusingPasswordHasher : IPasswordHasher<User>
{
    private const string Reason = "Passwords are hashed by PasswordHashing alone: UserManager would do it on the request's thread, past the bounded queue.";

    public string HashPassword(User user, string password) => throw new NotSupportedException(Reason);

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
        throw new NotSupportedException(Reason);
}
