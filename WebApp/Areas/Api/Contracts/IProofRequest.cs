using WebApp.Features.Verification;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A body that carries the proof of a mail: <c>token</c>, or <c>email</c> and <c>code</c>.</summary>
public interface IProofRequest
{
    /// <summary>From the link.</summary>
    string? Token { get; }

    /// <summary>With the code.</summary>
    string? Email { get; }

    /// <summary>With the address.</summary>
    string? Code { get; }

    /// <summary>The proof, or null with the error to answer.</summary>
    static SecretProof? Read(IProofRequest request, out FieldError[] errors)
    {
        errors = [];
        if (!string.IsNullOrEmpty(request.Token))
        {
            return new SecretProof.ByToken(request.Token);
        }

        if (!string.IsNullOrEmpty(request.Email) && !string.IsNullOrEmpty(request.Code))
        {
            return new SecretProof.ByCode(request.Email, request.Code);
        }

        errors = [new(nameof(Token), "Send token, or email and code.")];
        return null;
    }
}
