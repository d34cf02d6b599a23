using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Platform.Http;

namespace WebApp.Platform.Pages;

/// <summary>Adds the field errors of a service to the model state.</summary>
public static class ResultErrors
{
    extension(ModelStateDictionary state)
    {
        /// <summary>Adds each error under its field's name.</summary>
        public void Add(IEnumerable<FieldError> errors)
        {
            foreach (var error in errors)
            {
                state.AddModelError(error.Field, error.Message);
            }
        }
    }
}
