//! Hand towns and laws of response.
